namespace Conformance.Tests.Common;

/// <summary>What an event carries, and to whom it may be sent.</summary>
public abstract class Payloads(IBackend on) : ConformanceTests(on)
{
    [Theory]
    [InlineData("abc", "Number")]
    [InlineData("5", "Number")]
    [InlineData(7, "Text")]
    [InlineData(null, "Text")]
    [Row("2 payload does not fit T")]
    public async Task A_payload_that_does_not_fit_fails_the_instance_and_can_not_be_caught(object? payload, string waitsFor)
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Number", context => Guarded(() => context.WaitForExternalEvent<int>("E")))
            .AddOrchestratorFunc("Text", context => Guarded(() => context.WaitForExternalEvent<string>("E"))));

        var id = await host.RunAsync(waitsFor);
        var other = await host.RunAsync("Number");
        await host.RaiseAsync(id, "E", payload ?? new { A = 1 });
        await host.RaiseAsync(other, "E", 5);

        var failure = await host.FailureAsync(id);
        Assert.Equal("System.Text.Json.JsonException", failure.ErrorType);
        Assert.Equal("System.InvalidOperationException", failure.InnerFailure!.ErrorType);
        Assert.Equal("took 5", await host.OutputAsync<string>(other));
    }

    [Fact]
    [Row("2 null payload")]
    public async Task A_null_payload_is_null_for_text_and_object_and_fails_an_instance_that_waits_for_a_number()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Text", context => Guarded(() => context.WaitForExternalEvent<string>("E")))
            .AddOrchestratorFunc("Object", context => Guarded(() => context.WaitForExternalEvent<object>("E")))
            .AddOrchestratorFunc("Number", context => Guarded(() => context.WaitForExternalEvent<int>("E"))));

        var (text, thing, number) = (await host.RunAsync("Text"), await host.RunAsync("Object"), await host.RunAsync("Number"));
        await host.RaiseAsync(text, "E");
        await host.RaiseAsync(thing, "E");
        await host.RaiseAsync(number, "E");

        Assert.Equal("took ", await host.OutputAsync<string>(text));
        Assert.Equal("took ", await host.OutputAsync<string>(thing));
        Assert.Equal("System.NullReferenceException", (await host.FailureAsync(number)).ErrorType);
    }

    [Fact]
    [Row("2 RaiseEvent arguments")]
    public async Task An_event_needs_a_name_and_an_instance()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("E")));
        var id = await host.RunAsync("Waits");

        await Assert.ThrowsAsync<ArgumentNullException>(() => host.Client.RaiseEventAsync(id, null!));
        var noName = await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RaiseEventAsync(id, string.Empty));
        var noInstance = await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RaiseEventAsync(string.Empty, "E"));

        Assert.Contains("empty string or start with the null character", noName.Message, StringComparison.Ordinal);
        Assert.Contains("empty string or start with the null character", noInstance.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Row("5 ids")]
    public async Task An_orchestration_can_send_an_event_to_another()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Receives", context => context.WaitForExternalEvent<string>("Hello"))
            .AddOrchestratorFunc<string>("Sends", (context, target) =>
            {
                context.SendEvent(target, "hello", "from afar");
                return Task.CompletedTask;
            }));

        var receiver = await host.RunAsync("Receives");
        await host.RunAsync("Sends", receiver);

        Assert.Equal("from afar", await host.OutputAsync<string>(receiver));
    }

    private static async Task<string> Guarded<T>(Func<Task<T>> wait)
    {
        try
        {
            return $"took {await wait()}";
        }
        catch (Exception e)
        {
            return $"caught {e.Message}";
        }
    }
}
