#!/system/bin/sh
# Stands in for a native program that records inside the phone, such as one that taps its sound: it writes a line of
# figures to a file, again and again, until it is told to end.
#
#   phone-sampler.sh FILE [SECONDS]

out=$1
every=${2:-1}
samples=0

[ -n "$out" ] || { echo "usage: phone-sampler.sh FILE [SECONDS]"; exit 2; }

# Told to end, it ends its file, says so, and ends well.
finish() {
  echo "# end: $samples samples" >>"$out"
  echo "ended after $samples samples"
  exit 0
}
trap finish TERM INT HUP

echo "# seconds free-kB processes" >"$out" || exit 1
echo "capturing to $out every $every s"
while :; do
  set -- $(grep MemAvailable /proc/meminfo)
  free=$2
  set -- /proc/[0-9]*
  echo "$(date +%s) $free $#" >>"$out" || exit 1
  samples=$((samples + 1))
  sleep "$every"
done
