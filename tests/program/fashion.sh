# shellcheck shell=bash disable=SC2059
# Sourced after lib.sh: subsets of Debian's Fashion-MNIST test set (28 x 28 grey images in ten classes).
fashion=/usr/share/datasets/fashion-mnist
for file in t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz; do
  if [ ! -r $fashion/$file ]; then
    complain "$fashion/$file is missing: install it by jobs/setup.sh, or by apt-get install dataset-fashion-mnist"
    finish
  fi
done

# big_endian N: its four bytes, in the notation of printf.
big_endian() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }

# fashion_subset NAME FIRST COUNT: NAME.idx with the images from FIRST on and NAME-labels.idx with their classes.
fashion_subset() {
  local name=$1 first=$2 count=$3
  { printf '\x00\x00\x08\x03'; printf "$(big_endian "$count")$(big_endian 28)$(big_endian 28)"
    zcat $fashion/t10k-images-idx3-ubyte.gz | tail -c +$((17 + first * 784)) | head -c $((count * 784)); } >"$name.idx"
  { printf '\x00\x00\x08\x01'; printf "$(big_endian "$count")"
    zcat $fashion/t10k-labels-idx1-ubyte.gz | tail -c +$((9 + first)) | head -c "$count"; } >"$name-labels.idx"
}
