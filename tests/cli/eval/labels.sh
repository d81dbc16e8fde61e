# The truth from a file, one configuration from a file, every measure on a line of its own
printf '10.0.0.9,positive\n' >labels.csv
cat >t.csv <<'X'
StartTime,SrcAddr,DstAddr,TotBytes
2020-01-01T10:00:00Z,10.0.0.1,192.0.2.1,100
2020-01-01T10:00:01Z,10.0.0.1,192.0.2.1,110
2020-01-01T10:00:02Z,10.0.0.2,192.0.2.1,105
2020-01-01T10:00:03Z,10.0.0.9,192.0.2.1,9000
2020-01-01T10:00:04Z,10.0.0.3,192.0.2.1,95
2020-01-01T10:00:05Z,10.0.0.9,192.0.2.1,101
2020-01-01T10:01:00Z,10.0.0.2,192.0.2.1,104
X
printf 'detector = dbscan:eps=1.5,min_samples=3\n' >near.conf
oddflow eval --labels labels.csv --compare near.conf --resamples 0 -o csv t.csv
oddflow eval --labels labels.csv --compare near.conf --resamples 10 -o ndjson t.csv | grep roc_auc
