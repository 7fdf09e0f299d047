using Azure.Messaging.ServiceBus;
using LocalHost.Sandbox;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Penalties.Blocking;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class BlockResultIsDead(StorageFixture storage)
{
    [Theory]
    [InlineData("""{"CaseId":"<case>","Attempt":1,"BlockedAt":"2026-09-18T22:31:00+09:00","RefusedWith":null}""", "Confirmed")]
    [InlineData("""{"CaseId":"<case>","Attempt":1,"BlockedAt":null,"RefusedWith":"driver_unknown"}""", "Failed")]
    [InlineData("not a result", "Failed")]
    public async Task What_it_says_is_recorded_and_only_what_cannot_be_read_counts_as_failed(string body, string block)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Status, Status = 503, Times = 100 });
        var request = await story.File(A.FeedbackRequest);
        var dead = ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: BinaryData.FromString(body.Replace("<case>", request.CaseId, StringComparison.Ordinal)), messageId: "m-1", correlationId: request.CaseId);
        var actions = new Actions();

        var function = ActivatorUtilities.CreateInstance<BlockDeadLetters>(story.Host.Services);
        await function.Result(dead, actions, story.Host.DurableClient, default);
        await story.WhenIdle();

        Assert.Equal(block, (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
        Assert.Equal([dead], actions.Completed);
    }

    private sealed class Actions : ServiceBusMessageActions
    {
        public List<ServiceBusReceivedMessage> Completed { get; } = [];

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
        {
            Completed.Add(message);
            return Task.CompletedTask;
        }
    }
}
