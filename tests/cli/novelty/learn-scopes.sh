# Scopes that are given when learning: rows and models of their own, the first that holds; the rest has one model, or those found.
oddflow synth campus --days 3 --seed 7 --attacks-from 9 -q -w campus.binetflow
learn() { oddflow learn -o x.odd --preset host-hours "$@" campus.binetflow 2>&1 | grep -v 'flows read'; }
learn --scope "src_ip in 172.20.0.0/16, service == udp/53 and hour in {0..5, 22..23}"
oddflow baseline scopes x.odd
oddflow detect --baseline x.odd --all -o ndjson campus.binetflow 2>account.txt | grep -o '"scope":"[^"]*"' | sort | uniq -c
cat account.txt | tail -n 3
learn --scope "auto, src_ip in 172.20.0.0/16" | grep learnt
learn --scope "dst_port ="
learn --scope "src_ip in 172.20.0.0/16,,true"
learn --scope "true"
learn --scope "dst_port == 1"
learn --scope ""
