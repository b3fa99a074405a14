// The .npy format: magic, version, header length, a Python dictionary as text, then the elements.
// Source: numpy.lib.format, "The NumPy array file format".
#include <array>
#include <bit>
#include <map>
#include <optional>

#include "dataset_formats.hpp"
#include "shape_check.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

struct Header {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
};

// Reads the dictionary, e.g. {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Header parse() {
    Header header;
    expect('{');
    for (int keys = 0; !take('}'); ++keys) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        if (next() == '[')
          throw input_error("'" + name_ + "' holds records with named fields (a structured dtype)",
                            "Save one field alone, in Python: numpy.save('field.npy', array['field']).");
        header.descr = quoted();
      } else if (key == "fortran_order") {
        header.fortran_order = boolean();
      } else if (key == "shape") {
        header.shape = tuple();
      } else {
        throw damaged("has the unknown key '" + key + "'");
      }
      if (!take(',') && next() != '}') throw damaged("lacks a comma");
    }
    return header;
  }

 private:
  Error damaged(const std::string& what) const {
    return input_error("The .npy header of '" + name_ + "' " + what + " at its byte " + std::to_string(at_),
                       "Make the file again with numpy.save.");
  }
  char next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) throw damaged(std::string("lacks a '") + c + "'");
  }
  std::string quoted() {
    const char quote = next();
    const auto end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) throw damaged("lacks a quoted word");
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }
  bool boolean() {
    next();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return value;
    }
    throw damaged("has neither True nor False");
  }
  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> values;
    expect('(');
    while (!take(')')) {
      values.push_back(number());
      take('L');  // Python 2 wrote long integers so
      if (!take(',') && next() != ')') throw damaged("lacks a comma");
    }
    return values;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    if (next() == '-') throw damaged("has a negative dimension");
    const std::size_t start = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
      if (__builtin_mul_overflow(value, 10U, &value) || __builtin_add_overflow(value, digit, &value))
        throw damaged("has a dimension beyond 64 bits");
    }
    if (at_ == start) throw damaged("lacks a number");
    return value;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

ElementType type_of(const std::string& descr, const std::string& name) {
  static const std::map<std::string, ElementType> known{
      {"b1", ElementType::uint8},   {"u1", ElementType::uint8},   {"u2", ElementType::uint16},
      {"i2", ElementType::int16},   {"i4", ElementType::int32},   {"i8", ElementType::int64},
      {"f4", ElementType::float32}, {"f8", ElementType::float64},
  };
  const bool has_order = !descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
  const auto found = known.find(descr.substr(has_order ? 1 : 0));
  if (found != known.end()) return found->second;
  if (descr.find('O') != std::string::npos)
    throw input_error("'" + name + "' holds Python objects (dtype '" + descr + "'), not numbers",
                      "Often its rows differ in length: make them equal, then numpy.save(array.astype('float32')).");
  throw unknown_type(name, "'" + descr + "'");
}

}  // namespace

DatasetInfo open_npy(const InputBytes& file) {
  const std::string& name = file.path();
  std::array<std::byte, 12> start{};
  const std::size_t got = file.read_some(0, start);
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(start[i]); };
  const std::uint32_t version = byte(6);
  const std::int64_t prefix = version == 1 ? 10 : 12;
  if (static_cast<std::int64_t>(got) < prefix)
    throw input_error(
        "'" + name + "' is cut off within its .npy header: it has " + format_count(file.size()) + " bytes",
        "Copy or download it again.");
  if (version < 1 || version > 3)
    throw input_error("'" + name + "' is of .npy version " + std::to_string(version) + "; Shoal reads 1 to 3");
  std::int64_t length = byte(8) | byte(9) << 8;
  if (version > 1) length |= static_cast<std::int64_t>(byte(10) << 16 | byte(11) << 24);
  constexpr std::int64_t longest = 1 << 20;
  if (length > longest || prefix + length > file.size())
    throw input_error("'" + name + "' says its .npy header has " + format_count(length) + " bytes, but the file has " +
                          format_count(file.size()) + (length > longest ? " and a header at most 1,048,576" : ""),
                      "It was cut off or is damaged: make, copy or download it again.");
  std::string text(static_cast<std::size_t>(length), '\0');
  file.read(prefix, std::as_writable_bytes(std::span(text)));

  const Header header = HeaderParser(text, name).parse();
  DatasetInfo info;
  info.path = name;
  info.format = DatasetFormat::npy;
  info.type = type_of(header.descr, name);
  info.swapped = header.descr[0] == (std::endian::native == std::endian::little ? '>' : '<') && size_of(info.type) > 1;
  info.dims = checked_shape(name, header.shape, info.type);
  info.data_offset = prefix + length;
  if (header.fortran_order && info.dims.size() > 1)
    throw input_error(
        "'" + name + "' is in Fortran order (fortran_order: True): its columns, not its rows, lie together",
        "Save it in C order, in Python: numpy.save(file, numpy.ascontiguousarray(array)).");
  require_bytes(name, info.dims, info.type, file.size() - info.data_offset);
  return info;
}

}  // namespace shoal
