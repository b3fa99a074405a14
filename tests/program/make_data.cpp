// Writes small datasets for the scripts of this folder: the same bytes whenever and wherever it runs.
//   make_data FILE.npy SHAPE [type=uint8] [values=images] [order=C] [claim=ROWS] [cut=BYTES] [nan=ROW,COLUMN]
//   make_data FILE.idx SHAPE [values=images] [cut=BYTES]
// SHAPE: 50x12x12, rows first. type: uint8, float32, float64 or int64 (npy alone). values: images (four kinds of bright
// squares under noise, the kind of row i being i % 4), numbers (noise around one of four points) or labels (i % 4).
// claim: the rows that the header speaks of; cut: bytes left away at the end; nan: one element that is not a number.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t kinds = 4;

struct Request {
  std::string file;
  std::vector<std::uint64_t> shape;
  std::map<std::string, std::string> words{{"type", "uint8"}, {"values", "images"}, {"order", "C"},
                                           {"claim", ""},     {"cut", "0"},         {"nan", ""}};
};

Request request_of(int argc, char** argv) {
  if (argc < 3) throw std::invalid_argument("make_data FILE SHAPE [name=value...]");
  Request request;
  request.file = argv[1];
  std::istringstream shape(argv[2]);
  for (std::string n; std::getline(shape, n, 'x');) request.shape.push_back(std::stoull(n));
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    const auto found = request.words.find(word.substr(0, equals));
    if (equals == std::string::npos || found == request.words.end())
      throw std::invalid_argument("what is " + word + "?");
    found->second = word.substr(equals + 1);
  }
  return request;
}

// Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), doi 10.1145/2714064.2660195.
double noise(std::uint64_t row, std::uint64_t column) {
  std::uint64_t z = (row * 1000003 + column + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

// A value in [0, 1] or a label. Images are (h, w) or (h, w, c); each kind has its square in another quarter.
double value_of(const Request& r, std::uint64_t row, std::uint64_t column) {
  const std::uint64_t kind = row % kinds;
  if (r.words.at("values") == "labels") return static_cast<double>(kind);
  if (r.words.at("values") == "numbers" || r.shape.size() < 3)
    return 0.2 + 0.6 * static_cast<double>((kind >> (column % 2)) & 1) * (column < 4 ? 1 : 0) +
           0.1 * noise(row, column);
  const std::uint64_t channels = r.shape.size() > 3 ? r.shape[3] : 1, h = r.shape[1], w = r.shape[2];
  const std::uint64_t y = column / channels / w, x = column / channels % w;
  const bool lower = kind / 2 == 1, right = kind % 2 == 1;
  const bool inside = (y >= h / 2) == lower && (x >= w / 2) == right && y % (h / 2) > 0 && x % (w / 2) > 0;
  return (inside ? 0.6 : 0.1) + 0.3 * noise(row, column);
}

template <class T>
void append(std::string& bytes, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof value);
  bytes.append(raw, sizeof value);
}

void append_element(std::string& bytes, const std::string& type, double value, bool is_label) {
  if (type == "uint8")
    append(bytes, static_cast<std::uint8_t>(std::lround(is_label ? value : 255 * value)));
  else if (type == "int64")
    append(bytes, static_cast<std::int64_t>(std::llround(is_label ? value : 1000 * value)));
  else if (type == "float32")
    append(bytes, static_cast<float>(value));
  else if (type == "float64")
    append(bytes, value);
  else
    throw std::invalid_argument("no type " + type);
}

std::string npy_header(const Request& r) {
  static const std::map<std::string, std::string> descriptions{
      {"uint8", "|u1"}, {"int64", "<i8"}, {"float32", "<f4"}, {"float64", "<f8"}};
  std::string shape;
  for (std::size_t i = 0; i < r.shape.size(); ++i)
    shape += (i == 0 && !r.words.at("claim").empty() ? r.words.at("claim") : std::to_string(r.shape[i])) + ", ";
  std::string text = "{'descr': '" + descriptions.at(r.words.at("type")) +
                     "', 'fortran_order': " + (r.words.at("order") == "F" ? "True" : "False") + ", 'shape': (" + shape +
                     "), }";
  constexpr std::size_t before = 10, alignment = 64;
  while ((before + text.size() + 1) % alignment != 0) text += ' ';
  text += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  append(header, static_cast<std::uint16_t>(text.size()));
  return header + text;
}

std::string idx_header(const Request& r) {
  std::string header("\0\0\x08", 3);
  header += static_cast<char>(r.shape.size());
  for (const auto n : r.shape)
    for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(n >> shift & 0xFF);
  return header;
}

void write(const Request& r) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes = r.file.ends_with(".npy") ? npy_header(r) : idx_header(r);
  std::uint64_t width = 1, nan_row = 0, nan_column = 0;
  for (std::size_t i = 1; i < r.shape.size(); ++i) width *= r.shape[i];
  const std::string& nan = r.words.at("nan");
  if (!nan.empty()) {
    nan_row = std::stoull(nan);
    nan_column = std::stoull(nan.substr(nan.find(',') + 1));
  }
  for (std::uint64_t row = 0; row < r.shape.front(); ++row)
    for (std::uint64_t column = 0; column < width; ++column) {
      const bool hole = !nan.empty() && row == nan_row && column == nan_column;
      append_element(bytes, r.words.at("type"),
                     hole ? std::numeric_limits<double>::quiet_NaN() : value_of(r, row, column),
                     r.words.at("values") == "labels");
    }
  bytes.resize(bytes.size() - std::stoull(r.words.at("cut")));
  std::ofstream file(r.file, std::ios::binary);
  file << bytes << std::flush;
  if (!file) throw std::runtime_error(r.file + " cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    write(request_of(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "make_data: " << error.what() << "\n";
    return 1;
  }
}
