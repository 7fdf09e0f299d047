using Durable.Tests.Twins;
using LocalHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>What an instance id may be, and how it becomes a key: so that no two ids meet, and no store sees what it can not keep.</summary>
public sealed class InstanceIdTests
{
    private const string Odd = "az09-_.~|/\\#?% '\"+&=:@\t\n\u0000\u001f\u007f\u009f\ud83d\ude00\ufffe\uffff대é";

    [Fact]
    public void No_two_ids_are_written_alike_and_each_can_be_read_back()
    {
        var random = new Random(1);
        var ids = Enumerable.Range(0, 20_000).Select(_ => new string(random.GetItems<char>(Odd, random.Next(1, 4))))
            .Concat(["~", "~0", "~007E", "~~007E", "%7E", "a|b", "a~007Cb"]).Distinct().ToList();

        var written = ids.ConvertAll(InstanceIds.Escape);

        Assert.Equal(ids.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(ids, written.ConvertAll(InstanceIds.Unescape));
        Assert.All(written, static key => Assert.DoesNotContain(key, static c =>
            char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '\\' or '#' or '?' or '|' or '%' or >= '\uFFFE'));
    }

    [Theory]
    [InlineData("\0a", "start with the null character")]
    [InlineData("@counter@1", "reserved for entities")]
    public void An_id_that_can_not_be_kept_is_refused_and_why(string id, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => InstanceIds.Check(id)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_id_with_half_a_surrogate_pair_is_refused() => Assert.All(["\ud83d", "a\ude00b", "\ude00\ud83d"], static id =>
        Assert.Contains("half a surrogate pair", Assert.Throws<ArgumentException>(() => InstanceIds.Check(id)).Message, StringComparison.Ordinal));

    [Theory]
    [InlineData("x", 400)]
    [InlineData("대", 400)]
    [InlineData("/", 80)]
    [InlineData("😀", 40)]
    public void An_id_may_be_so_long_and_not_longer(string letter, int most)
    {
        InstanceIds.Check(string.Concat(Enumerable.Repeat(letter, most)));

        var refused = Assert.Throws<ArgumentException>(() => InstanceIds.Check(string.Concat(Enumerable.Repeat(letter, most + 1))));
        Assert.Contains("400 are the most", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_call_that_takes_an_id_looks_at_it()
    {
        var id = new string('x', 401);
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Ends", _ => 1)
            .AddOrchestratorFunc("Calls", context => context.CallSubOrchestratorAsync("Ends", options: new SubOrchestrationOptions { InstanceId = id })));
        var client = host.Client;

        Func<Task>[] calls =
        [
            () => client.ScheduleNewOrchestrationInstanceAsync("Ends", new StartOrchestrationOptions(id)),
            () => client.RaiseEventAsync(id, "E"),
            () => client.TerminateInstanceAsync(id),
            () => client.SuspendInstanceAsync(id),
            () => client.ResumeInstanceAsync(id),
            () => client.RestartAsync(id),
            () => client.GetInstanceAsync(id),
            () => client.PurgeInstanceAsync(id),
            () => client.WaitForInstanceStartAsync(id),
            () => client.WaitForInstanceCompletionAsync(id),
        ];
        foreach (var call in calls)
        {
            Assert.Contains("too long", (await Assert.ThrowsAsync<ArgumentException>(call)).Message, StringComparison.Ordinal);
        }

        var failed = await host.GetAsync(await host.RunAsync("Calls"));
        Assert.Contains("too long", failed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }
}
