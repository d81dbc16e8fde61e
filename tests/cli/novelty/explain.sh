# Which scope judges a row and why.
oddflow synth campus --days 5 --seed 7 --attacks-from 5 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset hosts --window 1h campus.binetflow
host=$(oddflow baseline scopes campus.odd -o ndjson | grep -o 'in [0-9.]*/' | head -1 | tr -d 'in /' | sed 's/0.0$/3.9/')
oddflow baseline explain campus.odd host="$host" time='2025-03-06 14:00'
oddflow baseline explain campus.odd host="$host" hour=3 weekday=sun flows=900 failed=200
oddflow baseline explain campus.odd host="$host" hour=3 flows=900 -o ndjson | cut -c1-700
oddflow baseline explain campus.odd host=192.0.2.1 hour=3 flows=0
# Four plans: those whose scopes ask for a service say so.
oddflow learn -q -o four.odd campus.binetflow
oddflow baseline explain four.odd host="$host" time='2025-03-06 14:00'
oddflow baseline explain four.odd plan=host-services service=tcp/443 host="$host" time='2025-03-06 14:00'
oddflow baseline explain four.odd plan=host-services service=tcp/443 host="$host" hour=14 known=no flows=90 -o ndjson | grep -o '"known":[a-z]*'
# What is not understood.
for about in host=nobody service=80 time=noon hour=24 weekday=day known=maybe flows=many nothing plan=none colour=3 =3; do
    oddflow baseline explain campus.odd "$about" host="$host" hour=3; echo "exit code $?"
done
oddflow baseline explain campus.odd; echo "exit code $?"
oddflow baseline explain campus.odd plan=hosts; echo "exit code $?"
