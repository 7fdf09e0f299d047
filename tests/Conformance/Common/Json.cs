using System.Text.Json;

namespace Conformance.Tests.Common;

/// <summary>How values are written and read: System.Text.Json with its defaults, and fields.</summary>
public abstract class Json(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("11 JSON")]
    public async Task Values_are_written_by_the_conventions_of_the_official_converter()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Writes", _ => new Everything()));

        var output = (await host.EndedAsync(await host.RunAsync("Writes"))).SerializedOutput!;

        using var json = JsonDocument.Parse(output);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["camelCase"] = "1",
                ["PascalCase"] = "2",
                ["Kind"] = "6",
                ["Nothing"] = "null",
                ["Text"] = "\"\\uB300\\uB9AC\\u003C\\u003E\\u0026\\u0027\\u0022\"",
                ["Time"] = "\"2020-01-02T03:04:05Z\"",
                ["Offset"] = "\"2020-01-02T03:04:05+02:00\"",
                ["Span"] = "\"01:30:00\"",
                ["Money"] = "1.50",
                ["Bytes"] = "\"AQI=\"",
                ["Tuple"] = "{\"Item1\":1,\"Item2\":\"a\"}",
                ["Field"] = "3",
            },
            json.RootElement.EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetRawText()));
    }

    [Fact]
    [Row("11 JSON")]
    public async Task Members_are_read_with_regard_to_case_and_unknown_ones_ignored()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<Read, string>("Reads", (_, read) => $"{read.Name} {read.Number}"));

        Assert.Equal("A 0", await host.OutputOfAsync<string>("Reads", new { Name = "A", number = 5, Unknown = true }));
    }

    [Fact]
    [Row("11 JSON")]
    public async Task A_number_that_json_does_not_have_fails_the_instance()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Divides", _ => double.NaN));

        Assert.Equal("System.ArgumentException", (await host.FailureAsync(await host.RunAsync("Divides"))).ErrorType);
    }

    [Fact]
    [Row("11 types")]
    public async Task A_value_is_written_by_its_own_type_and_read_as_the_declared_one()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<Animal, string>("Look", (_, animal) => $"{animal.GetType().Name} {animal.Name}")
            .AddActivityFunc<object, string>("Touch", (_, thing) => $"{thing.GetType().Name} {thing}")
            .AddOrchestratorFunc("Shows", async context =>
            {
                Animal dog = new Dog { Name = "Rex", Tricks = 3 };
                return $"{await context.CallActivityAsync<string>("Look", dog)}; {await context.CallActivityAsync<string>("Touch", dog)}";
            }));

        Assert.Equal("Animal Rex; JsonElement {\"Tricks\":3,\"Name\":\"Rex\"}", await host.OutputOfAsync<string>("Shows"));
    }

    [Fact]
    [Row("11 types")]
    public async Task A_text_is_stored_quoted_and_nothing_as_nothing()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc<string, string>("Text", (_, text) => text)
            .AddOrchestratorFunc("Void", _ => Task.CompletedTask)
            .AddOrchestratorFunc("Null", string? (_) => null));

        var text = await host.EndedAsync(await host.RunAsync("Text", "hi"));
        var nothing = await host.EndedAsync(await host.RunAsync("Void"));

        Assert.Equal(("\"hi\"", "\"hi\""), (text.SerializedInput, text.SerializedOutput));
        Assert.Equal((null, null), (nothing.SerializedInput, nothing.SerializedOutput));
        Assert.Null((await host.EndedAsync(await host.RunAsync("Null"))).SerializedOutput);
    }

    private sealed class Everything
    {
#pragma warning disable IDE1006, SA1300, CA1051, CA1822 // Names as declared, and fields, are what is tested.
        public int camelCase { get; } = 1;

        public int PascalCase { get; } = 2;

        public OrchestrationRuntimeStatus Kind { get; } = OrchestrationRuntimeStatus.Pending;

        public string? Nothing { get; }

        public string Text { get; } = "대리<>&'\"";

        public DateTime Time { get; } = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

        public DateTimeOffset Offset { get; } = new(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

        public TimeSpan Span { get; } = TimeSpan.FromMinutes(90);

        public decimal Money { get; } = 1.50m;

        public byte[] Bytes { get; } = [1, 2];

        public (int, string) Tuple { get; } = (1, "a");

        public int Field = 3;
#pragma warning restore IDE1006, SA1300, CA1051, CA1822
    }

    private sealed record Read(string? Name, int Number);

    private class Animal
    {
        public string? Name { get; set; }
    }

    private sealed class Dog : Animal
    {
        public int Tricks { get; set; }
    }
}
