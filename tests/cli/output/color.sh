# Colour on demand only: never into a pipe unasked.
f=$DATA/two-windows.binetflow
oddflow detect -q "$f" >plain
oddflow detect -q --color never "$f" | cmp - plain
oddflow detect -q --color always "$f" >coloured
cmp -s coloured plain && echo "--color always shows no colour"
sed 's/\x1b\[[0-9;]*m//g' coloured | cmp - plain
grep -c "$(printf '\033')" plain
exit 0
