"""A ReFrame check of Shoal's scaling: same bits on all numbers of ranks, and how well the study's job scales.

    reframe -c slurm/reframe_scaling.py -r -S study=/path/to/study.ini -S case=pipeline -S most_ranks=64

`shoal scaling` starts the ranks by itself, so ReFrame starts one process; the study's launcher must work inside the
partition's allocation. Written against ReFrame 4.
"""
import reframe as rfm
import reframe.utility.sanity as sn
from reframe.core.backends import getlauncher


@rfm.simple_test
class ShoalScaling(rfm.RunOnlyRegressionTest):
    descr = "Strong or weak scaling of a Shoal job"
    valid_systems = ["*"]
    valid_prog_environs = ["*"]
    study = variable(str, value="study.ini")
    case = variable(str, value="pipeline")
    most_ranks = variable(int, value=4)
    executable = "shoal"

    @run_after("init")
    def name_the_study(self):
        self.executable_opts = ["scaling", self.study, "--output", "scaling"]
        self.num_tasks = self.most_ranks

    @run_before("run")
    def start_one_process(self):
        self.job.launcher = getlauncher("local")()

    @sanity_function
    def bits_are_equal(self):
        return sn.assert_found(r"^FOM bits_equal = 1$", self.stdout)

    def merit(self, name):
        return sn.extractsingle(rf"^FOM {self.case}_{self.most_ranks}_{name} = (\S+)", self.stdout, 1, float)

    @performance_function("s")
    def seconds(self):
        return self.merit("seconds")

    @performance_function("1")
    def efficiency(self):
        return self.merit("efficiency")

    @performance_function("1")
    def communication(self):
        return self.merit("communication")
