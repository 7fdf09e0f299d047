using FunctionsHosting.Clock;

namespace Host.Tests;

public sealed class WorkTrackerTests
{
    [Fact]
    public async Task Nothing_under_way_is_idle_at_once()
    {
        var work = new WorkTracker();

        Assert.True(work.WhenIdle().IsCompletedSuccessfully);
        await work.WhenIdle();
    }

    [Fact]
    public async Task Idle_is_when_the_last_piece_has_ended()
    {
        var work = new WorkTracker();
        var activity = work.Begin("activity");
        var message = work.Begin("message");
        var idle = work.WhenIdle();

        activity.Dispose();
        Assert.False(idle.IsCompleted);
        Assert.Equal("1 x message", work.UnderWay);
        message.Dispose();

        await idle.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_piece_that_ends_twice_counts_once()
    {
        var work = new WorkTracker();
        var first = work.Begin("activity");
        using var second = work.Begin("activity");

        first.Dispose();
        first.Dispose();

        Assert.Equal("1 x activity", work.UnderWay);
        Assert.False(work.WhenIdle().IsCompleted);
    }

    [Fact]
    public async Task A_hand_over_leaves_no_gap()
    {
        var work = new WorkTracker();
        var piece = work.Begin("turn");
        var idle = work.WhenIdle();
        for (var i = 0; i < 1000; i++)
        {
            var next = work.Begin("turn");
            piece.Dispose();
            piece = next;
        }

        Assert.False(idle.IsCompleted);
        piece.Dispose();
        await idle.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Work_that_began_again_before_the_waiter_looked_is_waited_for()
    {
        var work = new WorkTracker();
        var first = work.Begin("turn");
        var idle = work.WhenIdle();
        first.Dispose();
        using (work.Begin("turn"))
        {
            using var limit = new CancellationTokenSource();
            var again = work.WhenIdle(limit.Token);
            Assert.False(again.IsCompleted);
            await limit.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again);
        }

        await idle.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
