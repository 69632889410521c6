"""Products, attention and orthogonal updates on a CPU against torch's own in float64."""

import unittest
from unittest import mock

import torch
import torch.nn.functional as F

from sparsedit_training.optim import orthogonalise
from sparsedit_training.products import TOGETHER, Linear, attention, kernels, product

# Operands of half precision, 2^-11 apart, and sums of 64 terms in it: the mean error of a random product is 0.12 %.
HALF = 2e-3
SINGLE = 1e-5


def error(found: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((found.double() - wanted.double()).norm() / wanted.double().norm())


class OneThread(unittest.TestCase):
    def setUp(self):
        self.addCleanup(torch.set_num_threads, torch.get_num_threads())
        torch.set_num_threads(1)


class ProductTest(OneThread):
    def setUp(self):
        super().setUp()
        if kernels() is None:
            self.skipTest("this CPU multiplies no half precision, or there is no compiler")
        torch.manual_seed(1)

    def test_any_shape_either_way_round(self):
        for rows, columns, terms in ((1, 1, 1), (12, 64, 64), (49, 65, 130), (300, 200, 70), (131, 70, 2200)):
            for left_turned in (False, True):
                for right_turned in (False, True):
                    with self.subTest(
                        rows=rows, columns=columns, terms=terms, left=left_turned, right=right_turned
                    ):
                        a = torch.randn(terms, rows).mT if left_turned else torch.randn(rows, terms)
                        b = torch.randn(columns, terms).mT if right_turned else torch.randn(terms, columns)
                        bias = torch.randn(columns)
                        wanted = a.double() @ b.double() + bias.double()
                        self.assertLess(error(product(a, b, bias), wanted), HALF)

    def test_neither_small_gradients_nor_large_weights_leave_the_range(self):
        a, b = 1e-12 * torch.randn(100, 96), 1e9 * torch.randn(96, 80)
        a[:50] *= 1e-3
        self.assertLess(error(product(a, b), a.double() @ b.double()), HALF)

    def test_zeros_give_zeros_and_what_is_not_a_number_stays_so(self):
        a, b = torch.zeros(20, 70), torch.randn(70, 64)
        self.assertTrue(torch.equal(product(a, b), torch.zeros(20, 64)))
        a[3, 5] = torch.nan
        self.assertTrue(product(a, b)[3].isnan().all())

    def test_a_layer_learns_what_torchs_own_does(self):
        layer = Linear(96, 130)
        x = torch.randn(3, 100, 96, requires_grad=True)
        grad = torch.randn(3, 100, 130)
        layer(x).backward(grad)
        found = [x.grad, layer.weight.grad, layer.bias.grad]
        exact = x.detach().double().requires_grad_()
        weight, bias = (p.detach().double().requires_grad_() for p in (layer.weight, layer.bias))
        F.linear(exact, weight, bias).backward(grad.double())
        for value, wanted in zip(found, (exact.grad, weight.grad, bias.grad), strict=True):
            self.assertLess(error(value, wanted), HALF)
        # Otherwise the layer did not use what is tested here.
        self.assertGreater(error(found[0], exact.grad), 1e-5)

    def test_what_is_not_trained_and_several_threads_are_torchs(self):
        layer, x = Linear(96, 130), torch.randn(300, 96)

        def exact() -> bool:
            return torch.equal(layer(x), F.linear(x, layer.weight, layer.bias))

        self.assertFalse(exact())
        layer.eval()
        self.assertTrue(exact())
        layer.train()
        torch.set_num_threads(2)
        self.assertTrue(exact())


class AttentionTest(OneThread):
    def test_it_is_torchs_attention_with_and_without_a_mask(self):
        self.compare()

    def test_so_it_is_where_nothing_was_compiled(self):
        with mock.patch("sparsedit_training.products.compiled", return_value=None):
            self.compare()

    def compare(self):
        torch.manual_seed(2)
        pictures, queries, keys = 2 * TOGETHER + 1, 37, 45
        valid = torch.rand(pictures, 1, 1, keys) > 0.3
        valid[..., 0] = True
        for mask in (None, valid):
            q, k, v = (torch.randn(pictures, n, 3, 32).transpose(1, 2) for n in (queries, keys, keys))
            grad = torch.randn(pictures, 3, queries, 32)
            mine = [x.clone().requires_grad_() for x in (q, k, v)]
            out = attention(*mine, mask)
            out.backward(grad)
            theirs = [x.double().requires_grad_() for x in (q, k, v)]
            wanted = F.scaled_dot_product_attention(*theirs, attn_mask=mask)
            wanted.backward(grad.double())
            self.assertLess(error(out, wanted), SINGLE)
            for a, b in zip(mine, theirs, strict=True):
                self.assertLess(error(a.grad, b.grad), SINGLE)


class OrthogonaliseTest(OneThread):
    def test_singular_values_come_near_to_one(self):
        torch.manual_seed(3)
        for shape in ((4, 96, 192), (3, 192, 96), (2, 64, 64)):
            found = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
            # The iteration ends between 0.68 and 1.14 (Jordan 2024); a square matrix has values it starts far below.
            self.assertLess(float(found.max()), 1.25)
            self.assertGreater(float(found.median()), 0.65)


if __name__ == "__main__":
    unittest.main()
