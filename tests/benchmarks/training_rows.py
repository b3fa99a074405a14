"""What compare_training.py measures: the rows of its table."""
import dataclasses


@dataclasses.dataclass
class Row:
    name: str
    title: str
    network: str
    batch: int
    ranks: int = 1
    what: str = "train"
    options: list = dataclasses.field(default_factory=list)  # of shoal_bench_train, for the network
    beside_one_rank: bool = False  # also measure one rank, for the speedup


CONV = ["--network", "conv"]
DENSE = ["--network", "dense", "--shape", "784"]
DEEP = ["--network", "deep", "--code", "200"]
ODD = ["--shape", "3x30x45", "--encoder", "conv 7 k5 s3 p2, relu, conv 13 k5 s3 p2, relu, dense 24"]
ROWS = [
    Row("conv-64", "`conv`, batch 64", "conv", 64, options=CONV),
    Row("conv-256", "`conv`, batch 256", "conv", 256, options=CONV),
    Row("conv-1024", "`conv`, batch 1024", "conv", 1024, options=CONV),
    Row("conv-256-2", "`conv`, batch 256", "conv", 256, 2, options=CONV),
    Row("conv-1024-2", "`conv`, batch 1024", "conv", 1024, 2, options=CONV, beside_one_rank=True),
    Row("deep-256", "`deep`, code 200, batch 256", "deep", 256, options=DEEP),
    Row("deep-256-2", "`deep`, code 200, batch 256", "deep", 256, 2, options=DEEP),
    Row("dense-256", "`dense` on 784 features, batch 256", "dense", 256, options=DENSE),
    Row("odd-256", "odd sizes, batch 256", "odd", 256, options=ODD),
    Row("encode-conv", "`conv`, encode only, batch 256", "conv", 256, what="encode", options=CONV),
]
