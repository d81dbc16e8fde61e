oddflow detect --widnow 1m; echo $?
oddflow detect --xyzzy; echo $?
oddflow detect -qz; echo $?
oddflow detect --wind=1m; echo $?
oddflow synth --flow 3; echo $?
oddflow list --otput table; echo $?
oddflow detect --window; echo $?
oddflow detect -n
