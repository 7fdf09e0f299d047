using System.Diagnostics;
using FunctionsHosting.Broker;

namespace Broker.Tests;

/// <summary>What is done under a queue's lock takes as long with a backlog as without: counted in allocations, which a walk cannot do without.</summary>
public sealed class BacklogTests : IAsyncDisposable
{
    private const int Backlog = 100_000;
    private readonly QueueDesk _desk = new(A.Queue with { RequiresDuplicateDetection = true });

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void Receivers_come_and_go_without_a_walk_over_the_backlog()
    {
        var few = Cost(ComeAndGo, messages: 100);
        var many = Cost(ComeAndGo, messages: Backlog);

        Assert.True(many < few * 4, $"{many} ticks with {Backlog} messages, {few} with 100");
    }

    [Fact]
    public void A_batch_is_not_walked_over_for_each_of_its_messages()
    {
        var few = Cost(() => Send(100), messages: 0) * 100;
        var many = Cost(() => Send(10_000), messages: 0);

        Assert.True(many < few * 4, $"{many} ticks for one batch of 10000, {few} for 100 of 100");
    }

    private void ComeAndGo()
    {
        for (var n = 0; n < 100; n++)
        {
            _desk.Receive(credit: 0).Leave();
        }
    }

    private void Send(int count) => _desk.Queue.Send(Enumerable.Range(0, count).Select(_ => A.Message($"{Guid.NewGuid()}")).ToList());

    /// <summary>The least of a few, which is what the work takes when nobody else has the processor.</summary>
    private long Cost(Action work, int messages)
    {
        while (_desk.Queue.Count < messages)
        {
            Send(Math.Min(1000, messages - _desk.Queue.Count));
        }

        return Enumerable.Range(0, 5).Min(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetTimestamp() - began;
        });
    }
}
