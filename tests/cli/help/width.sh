# Every line of help fits 80 columns, and every option is there.
for command in detect check synth list version help; do
    oddflow "$command" --help >text
    awk -v c="$command" 'length > 80 { print c ": too long: " $0 }' text
    grep -q '^Usage: oddflow '"$command" text || echo "$command: no usage line"
    grep -q '^Examples' text || echo "$command: no examples"
    cmp -s text <(oddflow help "$command") || echo "$command: 'help $command' differs from '--help'"
done
oddflow --help | awk 'length > 80'
oddflow detect --help | grep -c '^  oddflow .*detect\|^  .* | oddflow detect'
