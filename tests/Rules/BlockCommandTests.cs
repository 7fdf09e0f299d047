using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Penalties.Blocking;

namespace Rules.Tests;

/// <summary>A message that is no command never will be one: it goes to the dead letters at its first delivery, before anything is looked up.</summary>
public sealed class BlockCommandTests
{
    public static TheoryData<string> NoCommands =>
    [
        "", "not json", "null", "[]", "7", "\"pr-1\"", "{}", """{"CaseId":null}""", """{"CaseId":"","Attempt":1}""", """{"CaseId":7}""",
        """{"CaseId":"pr-1","Attempt":"first"}""",
    ];

    [Theory]
    [MemberData(nameof(NoCommands))]
    public async Task What_is_no_command_is_a_dead_letter_with_a_reason(string body)
    {
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(BinaryData.FromString(body), lockTokenGuid: Guid.NewGuid());
        var actions = new Actions();

        // Without its stores: a command that cannot be read asks none of them.
        await new BlockDriver(null!, null!, null!, null!, null!, null!, null!).Run(message, actions, CancellationToken.None);

        Assert.Equal(["dead letter: NotABlockCommand"], actions.Taken);
    }

    [Fact]
    public void A_command_is_read() => Assert.Equal(
        new BlockCommand("pr-1", 2, Delivery: 3), BlockCommand.From(BinaryData.FromString("""{"CaseId":"pr-1","Attempt":2,"Delivery":3,"New":true}""")));

    private sealed class Actions : ServiceBusMessageActions
    {
        public List<string> Taken { get; } = [];

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Take("completed");

        public override Task AbandonMessageAsync(
            ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
            Take("abandoned");

        public override Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message,
            Dictionary<string, object>? propertiesToModify = null,
            string? deadLetterReason = null,
            string? deadLetterErrorDescription = null,
            CancellationToken cancellationToken = default) => Take($"dead letter: {deadLetterReason}");

        private Task Take(string action)
        {
            Taken.Add(action);
            return Task.CompletedTask;
        }
    }
}
