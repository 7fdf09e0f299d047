using LocalHost.Sandbox;
using LocalHost.Sandbox.Faults;

namespace Sandbox.Tests.Faults;

public sealed class RateTests
{
    private static readonly Fault s_sometimes = new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Rate = 0.3, Seed = 7 };

    [Fact]
    public void A_seed_decides_about_a_thousand_requests_the_same_way_twice()
    {
        var first = Decisions(s_sometimes, 1_000);

        Assert.Equal(first, Decisions(s_sometimes, 1_000));
        Assert.InRange(first.Count(struck => struck), 250, 350);
        Assert.NotEqual(first, Decisions(s_sometimes with { Seed = 8 }, 1_000));
    }

    [Fact]
    public void The_decisions_of_a_seed_stay_what_they_are_over_runtimes() =>
        Assert.Equal([1, 5, 8, 10], Decisions(s_sometimes, 20).Index().Where(d => d.Item).Select(d => d.Index));

    [Fact]
    public void An_order_without_a_seed_tells_the_one_it_drew()
    {
        var orders = new FaultOrders();
        orders.Add(s_sometimes with { Seed = null });
        var told = Assert.Single(orders.Snapshot().Standing).Fault;

        Assert.NotNull(told.Seed);
        Assert.Equal(Decisions(told, 200), Decisions(orders, 200));
    }

    [Fact]
    public async Task A_rate_strikes_the_same_requests_in_two_runs()
    {
        var (first, second) = (await Run(s_sometimes with { Rate = 0.5 }, 40), await Run(s_sometimes with { Rate = 0.5 }, 40));

        Assert.Equal(first, second);
        Assert.Equal([200, 503], first.Distinct().Order());
    }

    [Fact]
    public async Task A_rate_stands_until_it_is_cleared()
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(s_sometimes with { Rate = 1 });
        Assert.Equal([503, 503, 503], await Statuses(world, 3));

        await world.Sandbox.ClearFaults();

        Assert.Equal([200], await Statuses(world, 1));
    }

    [Fact]
    public async Task A_rate_with_times_is_used_up()
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(s_sometimes with { Rate = 0.5, Times = 2 });

        Assert.Equal(2, (await Statuses(world, 40)).Count(s => s == 503));

        var state = await world.Sandbox.Scenario();
        Assert.Empty(state.Standing);
        Assert.Equal((2, 0), (Assert.Single(state.UsedUp).CarriedOut, state.UsedUp[0].Left));
    }

    [Fact]
    public async Task A_request_that_one_order_lets_pass_meets_the_next()
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(s_sometimes);
        await world.Sandbox.Order(s_sometimes with { Status = 502, Rate = 1, Seed = null });

        var expected = Decisions(s_sometimes, 20).Select(struck => struck ? 503 : 502);
        Assert.Equal(expected, await Statuses(world, 20));
    }

    [Fact]
    public async Task Latency_is_a_delay_with_a_rate()
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(s_sometimes with { Kind = FaultKind.Delay, Status = null, DelayMs = 1 });

        Assert.All(await Statuses(world, 20), status => Assert.Equal(200, status));

        var order = Assert.Single((await world.Sandbox.Scenario()).Standing);
        Assert.Equal((20, 4, null), (order.Requests, order.CarriedOut, order.Left));
    }

    [Theory]
    [InlineData("\"rate\":0", "rate must be more than 0 and at most 1")]
    [InlineData("\"rate\":1.5", "rate must be more than 0 and at most 1")]
    [InlineData("\"seed\":7", "seed belongs to orders with a rate")]
    [InlineData("\"times\":0", "times must be 1 or more")]
    [InlineData("\"body\":\"{}\"", "body belongs to kind 'garbage' only")]
    [InlineData("\"retryAfterSeconds\":-1", "retryAfterSeconds must be 0 or more")]
    public async Task An_order_that_contradicts_itself_is_refused(string member, string problem)
    {
        await using var world = await World.Start();
        using var order = new StringContent($$"""{"system":"board","kind":"status","status":503,{{member}}}""");

        using var response = await world.Http.PostAsync("sandbox/faults", order);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(problem, await response.Content.ReadAsStringAsync());
    }

    private static IReadOnlyList<bool> Decisions(Fault fault, int requests)
    {
        var orders = new FaultOrders();
        orders.Add(fault);
        return Decisions(orders, requests);
    }

    private static IReadOnlyList<bool> Decisions(FaultOrders orders, int requests) =>
        [.. Enumerable.Range(0, requests).Select(_ => orders.Take(SandboxSystem.Board, SandboxOperations.LookUp, FaultMoment.Before) is not null)];

    private static async Task<IReadOnlyList<int>> Run(Fault fault, int requests)
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(fault);
        return await Statuses(world, requests);
    }

    private static async Task<IReadOnlyList<int>> Statuses(World world, int requests)
    {
        var statuses = new List<int>();
        for (var i = 0; i < requests; i++)
        {
            using var response = await Look.At(world, SandboxSystem.Board);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
