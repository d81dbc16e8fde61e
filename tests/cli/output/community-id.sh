# The same flow has the same Community ID in each form, and as Zeek computes it (vectors of its tests).
printf 'StartTime,Proto,SrcAddr,Sport,DstAddr,Dport,TotBytes\n1,tcp,1.2.3.4,1122,5.6.7.8,3344,5\n2,udp,5.6.7.8,3344,1.2.3.4,1122,5\n3,arp,1.2.3.4,,5.6.7.8,,5\n' >flows.csv
for form in ndjson eve ecs; do
    oddflow detect -q --all -o $form flows.csv | grep -o '"community_id":"[^"]*"'
done
oddflow detect -q --all -o ndjson --community-id-seed 1 flows.csv | grep -c '"community_id":"1:'
oddflow detect -q --community-id-seed 65536 flows.csv; echo $?
