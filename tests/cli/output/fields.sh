# Columns chosen by the user, in his order: fields in any spelling, features and ours; as csv and as ndjson.
flows=$DATA/two-windows.binetflow
oddflow detect -q -o csv --fields 'score,StartTime,id.orig_h,dest_ip,Dport,proto,TotBytes,state,label,reason' "$flows"
oddflow detect -q -o ndjson --fields 'row, kind,score,src_ip,src_pkts,community_id,reason' "$flows"
oddflow detect -q -o csv --all --features 'log1p(TotBytes)' --fields 'window,window_end,cluster,log1p(bytes),dir,file' "$flows" | head -n 3
oddflow detect -q -o csv --all --by src_ip --features 'count(),quantile(bytes, 0.95)' --detector hbos --fields 'src_ip,flows,quantile(bytes, 0.95),score,row' "$flows" | head -n 2
oddflow detect -q -o ndjson -n 1 --no-window --fields window,row,ts_start "$flows"
for wrong in 'scor' 'bytes,TotBytes' 'a,,b'; do
    oddflow detect -q -o csv --fields "$wrong" "$flows"; echo $?
done
oddflow detect -q --fields score "$flows"; echo $?
oddflow detect -q -o csv --windows-only --fields score "$flows"; echo $?
oddflow detect -q -o csv --by src_ip --fields src_port "$flows"; echo $?
