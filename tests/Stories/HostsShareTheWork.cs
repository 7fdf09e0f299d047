using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>Two host processes on one task hub, as Azure runs several: both work, and what one had begun the other ends.</summary>
[Collection(OnAzuriteToBeKilled.Name)]
public sealed class HostsShareTheWork(StorageFixture storage)
{
    private const int Cases = 12;

    [Fact]
    public async Task Cases_filed_at_both_are_posted_and_blocked_once_each_whichever_host_runs_their_steps()
    {
        await using var first = await HostProcess.BeginNow(storage);
        await using var second = await first.BeginAnother();
        var filed = await Task.WhenAll(Enumerable.Range(0, Cases).Select(number =>
            (number % 2 == 0 ? first : second).File(A.FeedbackRequest, ticketOffset: number)));

        foreach (var request in filed)
        {
            await second.Until($"case {request.CaseId} is filed and blocked", async host =>
            {
                var view = await host.Desk.Case(request.CaseId);
                return view.GetProperty("facets").GetProperty("block").GetString() == "Confirmed"
                    && view.GetProperty("state").GetString() == "AnswerPromised";
            });
        }

        await first.WhenIdle();
        await second.WhenIdle();
        var world = await first.Desk.World.Received();
        foreach (var request in filed)
        {
            var received = ReceivedByCase.Of(world, request.CaseId, request.Body.Ticket);
            Assert.Single(received.Posts);
            Assert.Single(received.Blocks);
        }
    }

    [Fact]
    public async Task A_second_host_on_a_clock_of_its_own_is_refused_with_a_sentence()
    {
        await using var first = await HostProcess.BeginNow(storage);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => first.BeginAnother("--day", "10s"));

        Assert.Contains("hosts share a hub in real time only", refused.Message, StringComparison.Ordinal);
    }
}
