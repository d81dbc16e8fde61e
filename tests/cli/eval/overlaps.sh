# Windows that overlap, and both ends of a flow; sessions cannot be measured
oddflow synth --flows 6k --rate 300/m --seed 4 -w t.binetflow
oddflow eval --by src_ip --feature "peers = distinct(dst_ip)" --detector knn --window 4m --hop 2m --resamples 0 t.binetflow
oddflow eval --by host --feature "peers = distinct(peer)" --detector knn --window 4m --resamples 0 -o csv t.binetflow | grep -E "host.*,(rows|positives|roc_auc|tp|fn|rank[a-z_]*),"
echo 'gap = 1m' >gap.conf
oddflow eval --by src_ip --feature "n = count()" --compare gap.conf t.binetflow
oddflow eval --by src_ip --feature "n = count()" --window 4m --hop 10s t.binetflow
