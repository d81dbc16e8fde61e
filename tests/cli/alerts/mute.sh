# Mute rules: what they mute leaves the odd rows and the alerts, and is accounted for.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
cat >rules.mute <<'RULES'
mute    = dst_port = 443 and src_ip in 147.32.84.0/24
owner   = Jana, campus network
reason  = the proxy talks to everybody
expires = 2011-09-01

mute    = bytes > 1M      # whoever it is
owner   = Petr
reason  = backups
expires = 2011-08-01
preset  = detect, flows
RULES
oddflow detect -q -o csv --alerts alerts.ndjson traffic.binetflow | wc -l
wc -l <alerts.ndjson
oddflow detect --alerts alerts.ndjson --mute rules.mute traffic.binetflow | tail -n 4
wc -l <alerts.ndjson
grep -c '84.*tcp/443' alerts.ndjson
oddflow detect -q --all -o csv --mute rules.mute traffic.binetflow | grep -c -- ',-2,$'
oddflow detect -q --all -o ndjson --mute rules.mute traffic.binetflow | grep -m1 -- '"cluster":-2'
oddflow detect -q -j2 --block-size 4k --mute rules.mute -o csv traffic.binetflow >two
oddflow detect -q -j1 --mute rules.mute -o csv traffic.binetflow | cmp - two
sed -i 's/2011-08-01/2012-08-01/' rules.mute
oddflow detect --exit-code --mute rules.mute traffic.binetflow | tail -n 1
echo "${PIPESTATUS[0]}"
echo "entities: keys, features in the units of reasons, flows and score"
cat >entities.mute <<'RULES'
mute    = src_ip in 147.32.84.0/24 and peers >= 300 and flows > 300 and score > 50
owner   = Jana
reason  = test
expires = 2012-01-01
RULES
by=(--by src_ip --feature 'peers = log1p(distinct(dst_ip))' --window 5m --detector dbscan:eps=1,min_samples=5)
oddflow detect "${by[@]}" --windows-only -o csv traffic.binetflow
oddflow detect "${by[@]}" --windows-only -o csv --mute entities.mute traffic.binetflow
sed -i 's/^mute.*/mute = net(src_ip, 24) = 147.32.84.0 and service = tcp\/22/' entities.mute
oddflow detect --by 'net(src_ip, 24), service' --window 5m --detector dbscan:eps=1,min_samples=5 --windows-only -o csv --mute entities.mute traffic.binetflow | cut -d, -f1-5
echo "hunt: a host of which everything is muted is not shown"
sed -i 's/^mute.*/mute = src_ip = 147.32.84.208/' entities.mute
oddflow hunt -n 1 --home 147.32.0.0/16 --alerts alerts.ndjson --mute entities.mute traffic.binetflow
grep -c '"147.32.84.208' alerts.ndjson
echo 'preset = scans, spam' >>entities.mute
oddflow hunt -n 1 --home 147.32.0.0/16 --alerts alerts.ndjson --mute entities.mute traffic.binetflow
grep '"147.32.84.208' alerts.ndjson | sed 's/.*"preset":"\([a-z]*\)".*/\1/' | sort | uniq -c
oddflow detect -q --preset hosts --home 147.32.0.0/16 --detector dbscan:eps=2,min_samples=5 --all -o csv --mute entities.mute traffic.binetflow | grep -c -- ',-2,'
sed -i '/^preset/d' entities.mute
oddflow detect --preset hosts --home 147.32.0.0/16 --detector dbscan:eps=2,min_samples=5 --all -o csv --mute entities.mute traffic.binetflow | grep -c -- ',-2,'
echo "faults"
printf 'mute = peer > 3\nowner = x\nreason = y\nexpires = 2012-01-01\n' >bad.mute
oddflow detect --by src_ip --feature 'peers = distinct(dst_ip)' --mute bad.mute traffic.binetflow
oddflow hunt --mute bad.mute traffic.binetflow
printf '\nmute = src_ip = 147.32.84\n' >bad.mute
oddflow detect -w kept --mute bad.mute traffic.binetflow
ls kept
printf 'mute = bytes > 1\nowner = x\nreason = y\n' >bad.mute
oddflow hunt --mute bad.mute traffic.binetflow
oddflow detect --mute none.mute traffic.binetflow
