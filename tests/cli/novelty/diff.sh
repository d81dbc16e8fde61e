# What one baseline learnt otherwise than another.
oddflow synth campus --days 10 --seed 7 --attacks-from 10 --minecraft-from 6 -q -w campus.binetflow
oddflow learn -q -o before.odd --preset host-hours,service-hours --until 2025-03-08 campus.binetflow
oddflow learn -q -o after.odd --preset host-hours,service-hours --since 2025-03-08 campus.binetflow
oddflow baseline diff before.odd after.odd
oddflow baseline diff before.odd after.odd -o ndjson | cut -c1-400 | head -5
oddflow baseline diff before.odd after.odd -o ndjson | grep '"memory"'
oddflow baseline diff before.odd before.odd | grep plan
# Plans that only one has, or that cannot be compared.
oddflow learn -q -o other.odd --preset hosts --window 1h campus.binetflow
oddflow baseline diff before.odd other.odd | grep plan
oddflow learn -q -o own.odd --by src_ip --window 1h --feature 'n = count()' campus.binetflow
oddflow learn -q -o own2.odd --by src_ip --window 1h --feature 'n = count()' --feature 'b = sum(bytes)' campus.binetflow
oddflow baseline diff own.odd own2.odd; echo "exit code $?"
oddflow baseline diff own.odd; echo "exit code $?"
oddflow baseline diff own.odd missing.odd; echo "exit code $?"
oddflow baseline dif own.odd own2.odd; echo "exit code $?"
