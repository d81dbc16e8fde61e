mkdir folder
oddflow detect folder; echo $?
oddflow detect no-such-file.binetflow; echo $?
oddflow detect "$DATA/two-windows.binetflow" no-such-file.binetflow; echo $?
oddflow check folder; echo $?
