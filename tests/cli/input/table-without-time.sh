oddflow detect --no-window --features all "$DATA/table.csv"
oddflow detect -q --no-window --features all -o csv "$DATA/table.csv"
