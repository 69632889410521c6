"""Writes Tests/SchedulersTests/Fixtures/schedulers.json: schedules and trajectories of diffusers' schedulers.

Every case is a configuration, a number of steps, the noise levels and timesteps that come of it, and the latents
after each step from a fixed start. The velocity at each step is tanh(a x + b) with a and b that change with the
step, so a trajectory is a function of the scheduler alone.

    python3 Tests/Reference/schedulers.py        (torch 2.13, diffusers 0.42.1)
"""

import json
import math
import pathlib
import warnings

import diffusers
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FlowMatchLCMScheduler, UniPCMultistepScheduler
from diffusers.schedulers import scheduling_flow_match_euler_discrete, scheduling_flow_match_lcm

warnings.filterwarnings("ignore")
diffusers.logging.set_verbosity_error()

CLASSES = {c.__name__: c for c in (FlowMatchEulerDiscreteScheduler, FlowMatchLCMScheduler, UniPCMultistepScheduler)}
COUNT = 6

UNIPC = {
    "_class_name": "UniPCMultistepScheduler",
    "use_flow_sigmas": True,
    "prediction_type": "flow_prediction",
    "solver_order": 2,
    "solver_type": "bh2",
    "flow_shift": 3.0,
    "num_train_timesteps": 1000,
}
CASES = [
    ("euler shift 3, 30 steps", {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}, 30),
    ("euler shift 1, 7 steps", {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 1.0}, 7),
    ("euler one step", {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}, 1),
    (
        "euler terminal",
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 2.5, "shift_terminal": 0.1, "num_train_timesteps": 500},
        9,
    ),
    (
        "euler stochastic",
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0, "stochastic_sampling": True},
        6,
    ),
    ("lcm shift 6, 28 steps", {"_class_name": "FlowMatchLCMScheduler", "shift": 6.0}, 28),
    ("lcm shift 3, 16 steps", {"_class_name": "FlowMatchLCMScheduler", "shift": 3.0}, 16),
    ("unipc 30 steps", UNIPC, 30),
    ("unipc 8 steps", UNIPC, 8),
    ("unipc one step", UNIPC, 1),
    ("unipc bh1", UNIPC | {"solver_type": "bh1"}, 12),
    ("unipc order 3", UNIPC | {"solver_order": 3}, 12),
    ("unipc order 1", UNIPC | {"solver_order": 1}, 12),
    ("unipc some steps uncorrected", UNIPC | {"disable_corrector": [0, 3]}, 12),
    ("unipc terminal", UNIPC | {"shift_terminal": 0.05}, 10),
]


def noise(step):
    """The fresh noise of a step: any fixed numbers will do."""
    return [math.sin(1.7 * i + 0.9 * step + 0.3) * 1.5 for i in range(COUNT)]


def velocity(x, step):
    return torch.tanh(x * (1.0 - 0.02 * step) + 0.1 * math.cos(step))


def run(configuration, steps):
    scheduler = CLASSES[configuration["_class_name"]].from_config(configuration)
    scheduler.set_timesteps(steps)
    sigmas, timesteps = scheduler.sigmas.tolist(), scheduler.timesteps.tolist()
    x = torch.tensor([math.cos(2.3 * i) * 1.4 for i in range(COUNT)], dtype=torch.float32).reshape(1, 1, 2, 3)
    start, trajectory = x.flatten().tolist(), []
    drawn = 0

    def draw(*_, **__):
        nonlocal drawn
        value = torch.tensor(noise(drawn), dtype=torch.float32).reshape(1, 1, 2, 3)
        drawn += 1
        return value

    for module in (scheduling_flow_match_lcm, scheduling_flow_match_euler_discrete):
        module.randn_tensor = draw
    for step, t in enumerate(scheduler.timesteps):
        x = scheduler.step(velocity(x, step), t, x, return_dict=False)[0]
        if not x.isfinite().all():
            break  # bh1 multiplies infinity by 0 at the last step; there is nothing to compare with
        trajectory.append(x.flatten().tolist())
    return {"sigmas": sigmas, "timesteps": timesteps, "start": start, "trajectory": trajectory}


cases = [
    {"name": name, "configuration": configuration, "steps": steps, **run(configuration, steps)}
    for name, configuration, steps in CASES
]
target = pathlib.Path(__file__).parent.parent / "SchedulersTests" / "Fixtures" / "schedulers.json"
target.write_text(json.dumps({"noise": [noise(i) for i in range(30)], "cases": cases}, separators=(",", ":")) + "\n")
print(target, target.stat().st_size, "bytes")
