# oddflow alerts: listing, showing and marking what a hunt wrote.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
oddflow hunt -q --home 147.32.0.0/16 --preset hosts,scans --alerts alerts.ndjson traffic.binetflow >/dev/null
oddflow alerts list -n 3 alerts.ndjson
id=$(oddflow alerts list -q -n 1 -o ndjson alerts.ndjson | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
other=$(head -n 1 alerts.ndjson | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
oddflow alerts show alerts.ndjson "${id:0:6}"
cp alerts.ndjson before
chmod 640 alerts.ndjson
oddflow alerts dismiss alerts.ndjson "$id" "$other" --because 'a "scan" of ours' --time 2011-08-16T12:00:00Z
oddflow alerts confirm alerts.ndjson "$id" --because spam --time '2011-08-16 13:00'
stat -c %a alerts.ndjson
oddflow alerts list --status confirmed alerts.ndjson
oddflow alerts list -q --status dismissed -o ndjson alerts.ndjson | grep -o '"status".*'
diff before alerts.ndjson | grep -c '^>'
oddflow alerts reopen -q alerts.ndjson "$id" "$other"
cmp before alerts.ndjson && ls
ln -s alerts.ndjson link && oddflow alerts confirm -q link "$id" --because x --time 2011-08-17 && [ -L link ] && grep -c confirmed alerts.ndjson
oddflow alerts confirm -q alerts.ndjson "$other" --because now && grep -c '"marked":"2' alerts.ndjson
echo "many at once"
oddflow alerts list -q --entity '147.32.8?.*' --preset 'host*' -n 2 alerts.ndjson
oddflow alerts dismiss alerts.ndjson --entity '*.84.208' --status open --because 'a printer' --time 2011-08-17
oddflow alerts show alerts.ndjson --entity '*.84.208' | grep -c 'a printer'
oddflow alerts reopen -q alerts.ndjson --preset 'host*' --status dismissed; oddflow alerts list alerts.ndjson --status dismissed -n 1
echo "what is refused"
oddflow alerts dismiss alerts.ndjson --entity 'nobody' --because x
oddflow alerts dismiss alerts.ndjson "$id" --entity '*' --because x
oddflow alerts; echo $?
oddflow alerts lst alerts.ndjson
oddflow alerts list
oddflow alerts list alerts.ndjson more
oddflow alerts show alerts.ndjson
oddflow alerts show alerts.ndjson abc
oddflow alerts show alerts.ndjson "${id%??}zz"
oddflow alerts confirm alerts.ndjson "$id"
oddflow alerts confirm alerts.ndjson "$id" --because ' '
oddflow alerts confirm alerts.ndjson "$id" --because x --time yesterday
oddflow alerts dismiss alerts.ndjson "$id" 0000000000000000 --because x
oddflow alerts list none.ndjson
oddflow alerts list traffic.binetflow; echo $?
{ cat before; echo; head -n 1 before; } >twice && oddflow alerts list twice
echo '{"id":"00000000000000aa","preset":"p","key":"k","score":' >cut && oddflow alerts list cut
echo '{"id":"00000000000000aa","preset":"p","key":"k","status":"gone"}' >cut && oddflow alerts list cut
echo '{"id":"1","preset":"p","key":"k"}' >cut && oddflow alerts list cut
echo '{"id":"00000000000000aa","preset":"p","key":"k\u001b[31m","reason":"\u001b]0;x\u0007"}' >escape && oddflow alerts list escape
: >empty && oddflow alerts list empty
