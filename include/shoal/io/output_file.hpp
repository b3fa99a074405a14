#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "shoal/core/row_data.hpp"
#include "shoal/io/numbers.hpp"
#include "shoal/parallel/communicator.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

using AttributeValue = std::variant<std::string, double, std::int64_t, std::vector<double>, std::vector<std::int64_t>>;

/// An HDF5 file that all ranks write together, under the temporary name `<dir>/.<name>.partial`; close() gives it its
/// own name once it is complete and on the disk.
///
/// EVERY member is collective: all ranks call it, in the same order, with the same names, shapes and attributes; only
/// rows differ. The bytes of the file depend on what is written alone: not on ranks, times or hosts. Plain HDF5 1.10
/// that h5py and h5dump read: contiguous, little-endian, fixed-length.
/// Errors: an output_error on all ranks alike, with the file and HDF5's or the system's reason. What a file already
/// holds under the final name stays until close() replaces it.
class OutputFile {
 public:
  /// Throws an output_error on all ranks when no file could be written there, long before one is: no such directory,
  /// not writable, no space, `path` is a directory. Collective.
  static void require_writable(const Communicator& comm, const std::string& path);

  /// Creates the temporary file.
  OutputFile(const Communicator& comm, const std::string& path);

  /// Without close(), removes the temporary file. Never communicates, so that a rank may unwind alone.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// A dataset (shard.global, row_dims...) of which this rank gives rows [shard.begin, shard.end), row-major, by
  /// collective MPI-IO in pieces of 1 GiB. Shards cover all rows once; some may be empty. Groups of `name` are made.
  void write_rows(const std::string& name, const Shard& shard, const Numbers& rows,
                  const std::vector<Index>& row_dims = {});

  /// A dataset (global_rows, row_dims...) whose rows write_part gives bit by bit, for rows that are never all in
  /// memory. The file's bytes are those that write_rows makes.
  void create_rows(const std::string& name, Index global_rows, ElementType type,
                   const std::vector<Index>& row_dims = {});

  /// Rows of a dataset of create_rows, from row `begin` on; its type. Every rank gives rows of its own, or none, by
  /// collective MPI-IO; all ranks call it equally often. Rows that nobody gives stay undefined.
  void write_part(const std::string& name, Index begin, const Numbers& rows);

  /// A dataset of shape `dims` (none: a scalar) that every rank holds in full; the root's is written.
  void write(const std::string& name, const Numbers& values, const std::vector<Index>& dims);

  /// An attribute of a group or dataset ("/" is the file's root): UTF-8 text of fixed length, a number or numbers.
  void attribute(const std::string& object, const std::string& key, const AttributeValue& value);

  /// The attributes `units` (unless empty) and `description`.
  void describe(const std::string& dataset, const std::string& units, const std::string& description);

  /// Names the dataset's dimensions, as h5py's `dataset.dims[i].label` shows them. One name a dimension.
  void label_dimensions(const std::string& dataset, const std::vector<std::string>& names);

  /// Makes the one-dimensional dataset `scale` the HDF5 dimension scale of the dataset's dimension `dimension`: h5py's
  /// `dataset.dims[i][0]`. One scale a dimension; a scale may serve many datasets. Takes effect in close().
  void attach_scale(const std::string& dataset, int dimension, const std::string& scale);

  /// Flushes, closes and syncs: afterwards the whole file is on the disk, still under its temporary name.
  void complete();

  /// Gives the complete file its own name.
  void publish();

  /// complete() and publish().
  void close();

  /// True while every transfer of rows was collective MPI-IO, none broken into independent ones (for tests).
  bool transfers_were_collective() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal
