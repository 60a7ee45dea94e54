version=2
# The console's lines (appliance/events.c, appliance/main.c, the monitor) for rsyslog's mmnormalize: see pinata.conf.
rule=:pinata: %event:word% port=%port:number% peer=%peer:word% error="%error:char-to:"%" left-out=%left-out:number%
rule=:pinata: %event:word% port=%port:number% peer=%peer:word% error="%error:char-to:"%"
rule=:pinata: %event:word% port=%port:number% peer=%peer:word% left-out=%left-out:number%
rule=:pinata: %event:word% port=%port:number% peer=%peer:word%
rule=:pinata: image %image:word% %found:rest%
rule=:pinata: %event:word% at %at:word% chain=%chain:word% address=%address:word% mode="%mode:char-to:"%"
