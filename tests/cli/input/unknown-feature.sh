f=$DATA/two-windows.binetflow
oddflow detect --features TotByts "$f"; echo $?
oddflow detect --features 'TotBytes,log1p(Duraton)' "$f"; echo $?
oddflow detect --features src_ip "$f"; echo $?
oddflow detect --features tcp_flags "$f"; echo $?
oddflow detect --features wholly_unknown_name "$f"
