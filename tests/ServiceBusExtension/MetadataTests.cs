using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace ServiceBusExtension.Tests;

/// <summary>What the Worker SDK wrote about the app: by it a host knows how to send a message, whichever extension is behind the attribute.</summary>
public sealed class MetadataTests
{
    [Fact]
    public void The_app_s_triggers_ask_for_whole_messages()
    {
        using var metadata = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "functions.metadata")));
        var triggers = metadata.RootElement.EnumerateArray()
            .SelectMany(function => function.GetProperty("bindings").EnumerateArray())
            .Where(binding => binding.GetProperty("type").GetString() == "serviceBusTrigger")
            .ToList();

        Assert.Equal(
            ["driver-block-results", "driver-block-results/$DeadLetterQueue", "driver-blocks", "driver-blocks/$DeadLetterQueue"],
            triggers.Select(trigger => trigger.GetProperty("queueName").GetString()).Order(StringComparer.Ordinal));
        Assert.All(triggers, trigger =>
        {
            Assert.Equal("In", trigger.GetProperty("direction").GetString());
            Assert.Equal("ServiceBusConnection", trigger.GetProperty("connection").GetString());
            Assert.False(trigger.GetProperty("autoCompleteMessages").GetBoolean());
            Assert.Equal("True", trigger.GetProperty("properties").GetProperty("supportsDeferredBinding").GetString());
        });
    }

    [Fact]
    public void A_subscription_and_sessions_can_be_named_as_with_the_package()
    {
        var queue = new ServiceBusTriggerAttribute("driver-blocks") { Connection = "ServiceBusConnection" };
        var subscription = new ServiceBusTriggerAttribute("outcomes", "penalties") { IsSessionsEnabled = true };

        Assert.Equal(("driver-blocks", null, null, true, false), Named(queue));
        Assert.Equal((null, "outcomes", "penalties", true, true), Named(subscription));
    }

    private static (string?, string?, string?, bool, bool) Named(ServiceBusTriggerAttribute trigger) =>
        (trigger.QueueName, trigger.TopicName, trigger.SubscriptionName, trigger.AutoCompleteMessages, trigger.IsSessionsEnabled);
}
