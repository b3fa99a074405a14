#pragma once
// What an OutputFile is made of, for the sources that share its writing.
#include <optional>

#include "dimension_scales.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_types.hpp"
#include "output_directory.hpp"
#include "shoal/core/error.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/parallel/agreement.hpp"
#include "unfinished_file.hpp"

namespace shoal {

struct OutputFile::State {
  Communicator comm;
  std::string path;
  std::string partial;
  std::optional<UnfinishedFile> unfinished;
  std::int64_t file = -1;
  bool created = false;
  std::int64_t end = 0;  // of the last dataset's elements in the file
  bool collective = true;
  std::vector<hdf5::Attachment> scales;

  State(const Communicator& ranks, const std::string& name) : comm(ranks), path(name), partial(partial_name(name)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  // Closing would communicate, and this rank may be alone here. The descriptor goes with the process.
  ~State();

  // After a failure in `body` on any rank, all ranks throw. Body's HDF5 calls are the same ones on all ranks.
  template <class Body>
  auto together(Body&& body) const {
    return agree(comm, std::forward<Body>(body));
  }

  Error failed(const std::string& what) const;
  template <class Status>
  Status check(Status status, const std::string& what) const {
    if (status < 0) throw failed(what);
    return status;
  }

  // Sets aside what the file needs so far and some for attributes. HDF5 1.10 may hang when a disk turns out to be full
  // on some ranks only, in the midst of its collective calls; here the root finds out beforehand.
  void reserve() const;

  // Before anything is created: a dataset that exists on some ranks only would spoil the file.
  void require_count(const std::string& name, const Numbers& numbers, Index rows, const std::vector<Index>& dims) const;

  // Early allocation is what parallel HDF5 does anyway; no fill values, since every element is written.
  hdf5::Handle create_dataset(const std::string& name, ElementType type, const std::vector<hsize_t>& dims);

  // Rows [begin, begin + count) of the dataset. All ranks make the same number of collective calls, and go on to the
  // last after a failure: the others would wait for this rank otherwise.
  void transfer(hid_t dataset, const std::string& name, const Numbers& rows, std::vector<hsize_t> dims, hsize_t begin,
                hsize_t count);
};

hdf5::Handle space_of(const std::vector<hsize_t>& dims);

}  // namespace shoal
