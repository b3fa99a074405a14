#include "mutation.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace shoal::fuzz {
namespace {

class Change {
 public:
  Change(std::string& bytes, const std::string& other, std::mt19937_64& random)
      : bytes_(bytes), other_(other), random_(random) {}

  void apply() {
    if (bytes_.empty()) bytes_ = "x";
    switch (below(10)) {
      case 0:
        bytes_[place()] ^= static_cast<char>(1 << below(8));
        break;
      case 1:
        bytes_[place()] = static_cast<char>(below(256));
        break;
      case 2:
      case 3:
        put_number();
        break;
      case 4:
        change_digit();
        break;
      case 5:
        bytes_.erase(place(), 1 + below(longest_piece));
        break;
      case 6:
        bytes_.insert(place(), 1 + below(longest_piece), static_cast<char>(below(256)));
        break;
      case 7:
        bytes_.insert(place(), bytes_.substr(place(), 1 + below(longest_piece)));
        break;
      case 8:
        if (!other_.empty())
          bytes_.replace(place(), 1 + below(longest_piece), other_, below(other_.size()), longest_piece);
        break;
      default:
        bytes_.resize(below(4) == 0 ? place() : bytes_.size() - below(std::min<std::size_t>(bytes_.size(), 9)));
    }
  }

 private:
  static constexpr std::size_t longest_piece = 40;

  std::size_t below(std::size_t n) { return random_() % n; }

  // Half of the changes hit the first bytes, where headers are.
  std::size_t place() {
    return below(2) == 0 ? below(std::min<std::size_t>(bytes_.size(), 128)) : below(bytes_.size());
  }

  void put_number() {
    const std::uint64_t size = bytes_.size();
    const std::array<std::uint64_t, 14> numbers{0,      1,          0x7f,       0xff,       0x7fff,
                                                0xffff, 0x7fffffff, 0x80000000, 0xffffffff, ~0ULL >> 1U,
                                                ~0ULL,  size,       size + 1,   size / 2};
    const std::size_t width = std::size_t{1} << below(4);
    std::array<char, 8> text{};
    const std::uint64_t number = numbers[below(numbers.size())];
    std::memcpy(text.data(), &number, sizeof number);
    if (below(2) == 0) std::reverse(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(width));
    bytes_.replace(place(), width, text.data(), width);
  }

  void change_digit() {
    const std::size_t at = bytes_.find_first_of("0123456789", place());
    if (at == std::string::npos) return;
    static constexpr std::array<const char*, 8> texts{"0", "9", "-1", "99999999999", "1e300", "nan", "(", "'"};
    bytes_.replace(at, 1, texts[below(texts.size())]);
  }

  std::string& bytes_;
  const std::string& other_;
  std::mt19937_64& random_;
};

}  // namespace

std::string Mutation::operator()(std::uint64_t index) const {
  std::mt19937_64 random(seed_ * 1000003 + index);
  std::string bytes = seeds_[origin(index)];
  Change change(bytes, seeds_[random() % seeds_.size()], random);
  for (std::uint64_t n = 1 + random() % 8; n > 0; --n) change.apply();
  return bytes;
}

}  // namespace shoal::fuzz
