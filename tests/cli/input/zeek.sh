# Zeek's conn.log as IoT-23 labelled it: described by itself, fields by Zeek's names, logs put together.
log=$DATA/iot23.log
oddflow detect -q --features resp_bytes "$log"
oddflow detect -q -o ndjson "$log"
oddflow detect -q -o csv "$log"
oddflow flows --no-header --where 'failed and `detailed-label` == "C&C"' -n 2 "$log"
oddflow flows --no-header --where '`service` == "dns" and src_ip in fe80::/10 and history like "D*"' -n 1 "$log"
oddflow detect -q --map src_bytes=orig_ip_bytes --map dst_bytes=resp_ip_bytes --windows-only -o csv "$log"
oddflow check "$log"
cat "$log" "$log" >twice.log
oddflow check twice.log
sed 's/label/rank/' "$log" | cat "$log" - >other.log
oddflow check other.log; echo $?
grep '^#' "$log" >header.log
oddflow detect header.log; echo $?
grep -v '^#fields' "$log" >nameless.log
oddflow detect nameless.log; echo $?
