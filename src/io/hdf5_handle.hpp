#pragma once
#include <hdf5.h>

#include <string>
#include <utility>

namespace shoal::hdf5 {

/// An HDF5 identifier that is closed when it goes out of scope. It converts to hid_t.
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// HDF5 prints nothing from now on; its messages are fetched by innermost_message().
void silence();

/// The innermost message of the call that failed last: "unable to open file: ... No space left on device".
/// Fetch it before any other HDF5 call: that clears it.
std::string innermost_message();

}  // namespace shoal::hdf5
