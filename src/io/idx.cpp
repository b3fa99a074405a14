// The IDX format of MNIST: 0 0, element type, number of dimensions, the dimensions as big-endian 32-bit numbers, then
// the big-endian elements. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>

#include "dataset_formats.hpp"
#include "shape_check.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

constexpr std::size_t longest_header = 4 + 4 * 255;
using Header = std::array<std::byte, longest_header>;

Error cut_off(const std::string& name, std::int64_t bytes) {
  return input_error("'" + name + "' is cut off within its IDX header: it has " + format_count(bytes) + " bytes",
                     "Copy or download it again.");
}

ElementType type_of(std::uint32_t code, const std::string& name) {
  switch (code) {
    case 0x08:
      return ElementType::uint8;
    case 0x0B:
      return ElementType::int16;
    case 0x0C:
      return ElementType::int32;
    case 0x0D:
      return ElementType::float32;
    case 0x0E:
      return ElementType::float64;
    default:
      throw unknown_type(name, code == 0x09 ? "int8" : "IDX code " + std::to_string(code));
  }
}

// From the first `got` bytes of the (unpacked) file.
DatasetInfo parse(const std::string& name, const Header& header, std::size_t got) {
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(header[i]); };
  if (got < 4) throw cut_off(name, static_cast<std::int64_t>(got));
  DatasetInfo info;
  info.path = name;
  info.type = type_of(byte(2), name);
  info.swapped = std::endian::native == std::endian::little && size_of(info.type) > 1;
  std::vector<std::uint64_t> dims(byte(3));
  info.data_offset = 4 + 4 * static_cast<std::int64_t>(dims.size());
  if (static_cast<std::int64_t>(got) < info.data_offset) throw cut_off(name, static_cast<std::int64_t>(got));
  for (std::size_t i = 0; i < dims.size(); ++i)
    dims[i] = byte(4 + 4 * i) << 24 | byte(5 + 4 * i) << 16 | byte(6 + 4 * i) << 8 | byte(7 + 4 * i);
  info.dims = checked_shape(name, dims, info.type);
  return info;
}

// A gzip stream that is read from its start.
class Unpacker {
 public:
  explicit Unpacker(const std::string& name) : name_(name), file_(gzopen(name.c_str(), "rb")) {
    if (!file_) throw input_error("'" + name + "' cannot be opened: " + std::strerror(errno));
    gzbuffer(file_.get(), 1U << 18);
  }

  // As many bytes as there are, at most into.size().
  std::size_t read(std::span<std::byte> into) {
    constexpr std::size_t largest_piece = std::size_t{1} << 30;
    std::size_t done = 0;
    while (done < into.size()) {
      const auto piece = static_cast<unsigned>(std::min(largest_piece, into.size() - done));
      const int n = gzread(file_.get(), into.data() + done, piece);
      int status = Z_OK;
      const char* message = gzerror(file_.get(), &status);
      if (n < 0 || (status != Z_OK && status != Z_STREAM_END))
        throw input_error("'" + name_ + "' cannot be unpacked beyond byte " +
                              format_count(unpacked_ + static_cast<std::int64_t>(done)) + ": " + message,
                          "It was cut off or is damaged: copy or download it again (gunzip -t tests it).");
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    unpacked_ += static_cast<std::int64_t>(done);
    return done;
  }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  std::string name_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::int64_t unpacked_ = 0;
};

}  // namespace

DatasetInfo open_idx(const InputBytes& file) {
  Header header{};
  DatasetInfo info = parse(file.path(), header, file.read_some(0, header));
  info.format = DatasetFormat::idx;
  require_bytes(file.path(), info.dims, info.type, file.size() - info.data_offset);
  return info;
}

DatasetInfo open_idx_gz(const InputBytes& file) {
  Header header{};
  const std::size_t got = Unpacker(file.path()).read(header);
  if (got >= 2 && (header[0] != std::byte{0} || header[1] != std::byte{0}))
    throw input_error("'" + file.path() + "' is a gzip file, but what it holds is not IDX",
                      "Unpack it first: gunzip -k '" + file.path() + "'.");
  DatasetInfo info = parse(file.path(), header, got);
  info.format = DatasetFormat::idx_gz;
  // Deflate shrinks at most 1032 : 1, so that a small file cannot hold what a hostile header claims.
  constexpr std::int64_t most_shrinkage = 1032;
  require_bytes(file.path(), info.dims, info.type, file.size() * most_shrinkage);
  return info;
}

void read_gz_rows(const DatasetInfo& info, Index begin, RowData& rows) {
  Unpacker stream(info.path);
  std::vector<std::byte> skipped(std::size_t{1} << 20);
  const auto want = [&](std::span<std::byte> into) {
    if (stream.read(into) == into.size()) return;
    throw input_error("'" + info.path + "' says " + shape_text(info.dims) + " " + name_of(info.type) +
                          " but ends before row " + format_count(begin + rows.count),
                      "It was cut off or its header is damaged: copy or download it again.");
  };
  for (std::int64_t left = info.data_offset + begin * info.row_bytes(); left > 0;) {
    const std::int64_t piece = std::min(left, static_cast<std::int64_t>(skipped.size()));
    want(std::span(skipped).first(static_cast<std::size_t>(piece)));
    left -= piece;
  }
  want(rows.bytes);
}

}  // namespace shoal
