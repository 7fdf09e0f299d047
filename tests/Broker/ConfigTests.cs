using FunctionsHosting.Broker;

namespace Broker.Tests;

public sealed class ConfigTests
{
    private const string Official = """
        {
          "UserConfig": {
            "Namespaces": [
              {
                "Name": "sbemulatorns",
                "Queues": [
                  {
                    "Name": "driver-blocks",
                    "Properties": {
                      "DeadLetteringOnMessageExpiration": true,
                      "DefaultMessageTimeToLive": "P1D",
                      "DuplicateDetectionHistoryTimeWindow": "PT20S",
                      "ForwardDeadLetteredMessagesTo": "",
                      "ForwardTo": "",
                      "LockDuration": "PT1M30S",
                      "MaxDeliveryCount": 3,
                      "RequiresDuplicateDetection": true,
                      "RequiresSession": false
                    }
                  },
                  { "Name": "driver-block-results" }
                ],
                "Topics": []
              }
            ],
            "Logging": { "Type": "File" }
          }
        }
        """;

    [Fact]
    public void The_official_emulators_file_is_read()
    {
        var queues = EmulatorConfig.Parse(Official);

        Assert.Equal(
            [
                new QueueSettings("driver-blocks")
                {
                    DeadLetteringOnMessageExpiration = true,
                    DefaultMessageTimeToLive = TimeSpan.FromDays(1),
                    DuplicateDetectionHistoryTimeWindow = TimeSpan.FromSeconds(20),
                    LockDuration = TimeSpan.FromSeconds(90),
                    MaxDeliveryCount = 3,
                    RequiresDuplicateDetection = true,
                },
                new QueueSettings("driver-block-results"),
            ],
            queues);
    }

    [Theory]
    [InlineData("\"PT1M30S\"", "\"PT10M\"", "$.UserConfig.Namespaces[0].Queues[0].Properties.LockDuration is \"PT10M\"; allowed: PT5S to PT5M.")]
    [InlineData("\"PT1M30S\"", "\"1:30\"", "Properties.LockDuration is \"1:30\"; allowed: PT5S to PT5M.")]
    [InlineData("\"MaxDeliveryCount\": 3", "\"MaxDeliveryCount\": 0", "Properties.MaxDeliveryCount is 0; allowed: 1 to 2000.")]
    [InlineData("\"MaxDeliveryCount\": 3", "\"MaxDeliveryCount\": \"3\"", "Properties.MaxDeliveryCount is \"3\"; allowed: 1 to 2000.")]
    [InlineData("\"PT20S\"", "\"PT19S\"", "Properties.DuplicateDetectionHistoryTimeWindow is \"PT19S\"; allowed: PT20S to P7D.")]
    [InlineData("\"RequiresSession\": false", "\"RequiresSession\": true", "Properties.RequiresSession is true; sessions are not supported")]
    [InlineData("\"ForwardTo\": \"\"", "\"ForwardTo\": \"other\"", "Properties.ForwardTo is \"other\"; forwarding is not supported")]
    [InlineData("\"Topics\": []", "\"Topics\": [{\"Name\":\"t\"}]", "Topics is [{\"Name\":\"t\"}]; topics and subscriptions are not supported")]
    [InlineData("sbemulatorns", "mine", "Namespaces[0].Name is \"mine\"; allowed: \"sbemulatorns\".")]
    [InlineData("driver-block-results", "Driver-Blocks", "Queues[1].Name is \"Driver-Blocks\"; is there twice")]
    [InlineData("driver-block-results", "a b", "Queues[1].Name is \"a b\"; allowed: 1 to 260 letters")]
    [InlineData("\"LockDuration\"", "\"LockDuraton\"", "Properties.LockDuraton is not known; allowed here: LockDuration, MaxDeliveryCount")]
    [InlineData("\"Queues\": [", "\"Queues\": [ 7,", "Namespaces[0].Queues[0] is 7; allowed: an object.")]
    [InlineData("\"UserConfig\"", "\"Config\"", "$.UserConfig is missing; allowed: an object.")]
    [InlineData("\"Topics\": []", "\"Topics\": [", "is not JSON.")]
    public void A_wrong_setting_is_named_with_its_value_and_what_is_allowed(string right, string wrong, string text)
    {
        var config = Official.Replace(right, wrong, StringComparison.Ordinal);

        var error = Assert.Throws<BrokerConfigException>(() => EmulatorConfig.Parse(config, "servicebus.json"));

        Assert.StartsWith("servicebus.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

        var error = Assert.Throws<BrokerConfigException>(() => EmulatorConfig.Load(file));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
