oddflow detect -q -o ecs "$DATA/two-windows.binetflow"
oddflow detect -q -o ecs --windows-only "$DATA/two-windows.binetflow"
oddflow detect -q -o ecs --by src_ip --features 'count()' --detector hbos --all "$DATA/two-windows.binetflow" | tail -n 2
