f=$DATA/two-windows.binetflow
gzip -c "$f" >whole.gz
oddflow detect -q -o csv --windows-only whole.gz; echo "whole: $?"
head -c 300 whole.gz >half.gz
oddflow detect -q -o csv --windows-only half.gz >out; echo "half: $?"
