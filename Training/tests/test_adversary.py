"""The critic that a decoder is trained against."""

import unittest

import torch
from sparsedit_training.adversary import Adversary, Critic, balanced, critic_loss
from torch import nn


class AdversaryTests(unittest.TestCase):
    def test_a_verdict_for_every_four_pixels(self):
        self.assertEqual(Critic(8)(torch.zeros(2, 3, 32, 48)).shape, (2, 1, 8, 12))

    def test_sure_and_right_costs_nothing(self):
        ones = torch.ones(4)
        self.assertEqual(critic_loss(2 * ones, -3 * ones).item(), 0)
        self.assertEqual(critic_loss(-ones, ones).item(), 4)

    def test_gradients_are_as_long_as_each_other(self):
        at = nn.Parameter(torch.tensor([1.0, -2.0, 0.5]))
        loss, against = (3 * at).abs().sum(), 0.7 * at.square().sum()
        lengths = [torch.autograd.grad(x, at, retain_graph=True)[0].norm() for x in (loss, balanced(loss, against, at))]
        self.assertAlmostEqual(lengths[0].item(), lengths[1].item(), places=4)

    def test_it_learns_to_see_that_grain_is_missing(self):
        torch.manual_seed(3)
        critic = Critic(8)
        optimiser = torch.optim.Adam(critic.parameters(), 1e-2, betas=(0.5, 0.9))

        def pair() -> tuple[torch.Tensor, torch.Tensor]:
            smooth = torch.rand(8, 3, 1, 1).expand(8, 3, 32, 32)
            return smooth + 0.2 * torch.randn(8, 3, 32, 32), smooth

        for _ in range(60):
            optimiser.zero_grad()
            critic_loss(*(critic(x) for x in pair())).backward()
            optimiser.step()
        with torch.no_grad():
            rough, smooth = (critic(x).mean().item() for x in pair())
        self.assertGreater(rough - smooth, 0.5)

    def test_the_decoder_feels_it_only_after_a_while_and_leaves_the_critic_alone(self):
        torch.manual_seed(4)
        adversary = Adversary(0.5, 10, 1e-3, torch.device("cpu"))
        at = nn.Parameter(torch.tensor(0.5))
        output = at * torch.rand(2, 3, 16, 16)
        loss = output.abs().mean()
        self.assertEqual(adversary.doubt(output, loss, at, 10), 0)
        slope = torch.autograd.grad(loss, at, retain_graph=True)[0].abs()
        for step, share in ((15, 0.25), (20, 0.5), (90, 0.5)):
            felt = torch.autograd.grad(adversary.doubt(output, loss, at, step), at, retain_graph=True)[0].abs()
            # Where the critic's gradient is tiny the scale is limited.
            self.assertLessEqual(felt.item(), share * slope.item() * 1.001)
            self.assertGreater(felt.item(), 0)
        (loss + adversary.doubt(output, loss, at, 90)).backward()
        self.assertTrue(all(p.grad is None for p in adversary.critic.parameters()))
        before = adversary.learn(torch.rand(2, 3, 16, 16), output)
        self.assertGreater(before, 0)
        again = Adversary(0.5, 10, 1e-3, torch.device("cpu"))
        again.load_state_dict(adversary.state_dict())
        self.assertEqual(
            again.learn(torch.ones(2, 3, 16, 16), output.detach()),
            adversary.learn(torch.ones(2, 3, 16, 16), output.detach()),
        )


if __name__ == "__main__":
    unittest.main()
