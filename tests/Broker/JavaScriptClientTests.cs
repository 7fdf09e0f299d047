using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsHosting.Broker;

namespace Broker.Tests;

/// <summary>Microsoft's own client against the broker: the script does what users do, here it is said what must come of it.</summary>
public sealed class JavaScriptClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Microsofts_javascript_client_finds_a_service_bus()
    {
        await using var bus = RunningBroker.Open(new BrokerOptions { Queues = [A.Queue] });

        var found = await Exercise(bus.Edge.ConnectionString);

        Expect(found, "send", """
            {"body":{"driver":"d-1"},"messageId":"js-1","subject":"block","attempt":2,"deliveryCount":0,"state":"active","locked":true}
            """);
        Expect(found, "nothingThere", "0");
        Expect(found, "batch", """["b1","b2","b3"]""");
        Expect(found, "abandon", """{"deliveryCount":1,"tried":"once"}""");
        Expect(found, "deadLetter", $$"""
            {"messageId":"js-3","reason":"UnknownDriver","description":"no such driver","source":"{{A.QueueName}}","by":"test"}
            """);
        Expect(found, "schedule", """{"state":"scheduled","sameNumber":true,"left":0}""");
        Expect(found, "renew", """{"notEarlier":true}""");
        Expect(found, "peek", """["p1","p2"]""");
        Expect(found, "defer", """{"messageId":"js-6","state":"deferred"}""");
        Expect(found, "settledTwice", "\"MessageLockLost\"");
        Expect(found, "receiveAndDelete", """{"messageId":"js-8","left":0}""");
        Expect(found, "unknownQueue", "\"MessagingEntityNotFound\"");
        Expect(found, "subscription", """["s1","s2","s3","s4"]""");
        Assert.All(bus.Broker.Queues, q => Assert.Equal(0, q.Count));
    }

    private static void Expect(JsonObject found, string step, string expected)
    {
        var actual = found[step];
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), actual),
            $"{step}: expected {expected.Trim()}, found {actual?.ToJsonString() ?? "nothing"}");
    }

    private static async Task<JsonObject> Exercise(string connectionString)
    {
        var root = RepositoryRoot();
        Assert.True(Directory.Exists(Path.Combine(root, "node_modules", "@azure", "service-bus")), $"Run 'npm ci' in {root} first.");
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(root, "tests", "Broker", "JavaScript", "exercise.mjs"), connectionString, A.QueueName },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(Limit);
        var errors = node.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            var output = await node.StandardOutput.ReadToEndAsync(limit.Token);
            await node.WaitForExitAsync(limit.Token);
            Assert.True(node.ExitCode == 0, $"The script ended with {node.ExitCode}: {await errors}");
            return JsonSerializer.Deserialize<JsonObject>(output)!;
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
