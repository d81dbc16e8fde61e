# A signal stops the run at once and cleanly.
mkfifo flows
{ cat "$DATA/two-windows.binetflow"; while tail -n +22 "$DATA/two-windows.binetflow"; do :; done; } 2>/dev/null >flows &
env --default-signal=INT,TERM timeout --preserve-status -s TERM 1 oddflow detect -q flows; echo "TERM: $?"
wait
{ cat "$DATA/two-windows.binetflow"; while tail -n +22 "$DATA/two-windows.binetflow"; do :; done; } 2>/dev/null >flows &
env --default-signal=INT,TERM timeout --preserve-status -s INT 1 oddflow detect -q flows; echo "INT: $?"
wait
# An idle pipe does not keep it waiting.
mkfifo idle
{ cat "$DATA/two-windows.binetflow"; sleep 5; } >idle &
env --default-signal=INT,TERM timeout --preserve-status -s TERM 1 oddflow detect -q - <idle; echo "idle: $?"
kill %%
