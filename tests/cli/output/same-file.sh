# An output never overwrites an input.
cp "$DATA/two-windows.binetflow" in.binetflow
oddflow detect -w in.binetflow in.binetflow; echo $?
ln in.binetflow other-name
oddflow detect --bad other-name in.binetflow; echo $?
oddflow detect -w out --bad out in.binetflow; echo $?
oddflow check --bad in.binetflow in.binetflow; echo $?
cmp "$DATA/two-windows.binetflow" in.binetflow
