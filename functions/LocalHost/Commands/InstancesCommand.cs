using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using FunctionsHosting.Http;
using Spectre.Console;

namespace LocalHost.Commands;

/// <summary>Looks at durable instances and gives them orders, over the management API of a running host: a local one, or one on Azure.</summary>
internal static class InstancesCommand
{
    private static readonly Option<Uri> Host = new("--url")
    {
        Description = "Address of the running host",
        DefaultValueFactory = _ => new("http://127.0.0.1:7071/"),
        CustomParser = StartOptions.Address,
        Recursive = true,
    };

    private static readonly Option<string> Key = new("--key")
    {
        Description = "System key of the durable task extension",
        DefaultValueFactory = _ => ManagementRoutes.UsualKey,
        Recursive = true,
    };

    private static readonly string[] Statuses = ["Pending", "Running", "Suspended", "Completed", "Failed", "Terminated"];

    private static readonly Option<bool> Json = new("--json") { Description = "Print the answer as it is", Recursive = true };

    public static Command Create()
    {
        var command = new Command("instances", "Durable instances of a running host") { Host, Key, Json };
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show("show", "One instance and its history as a timeline", withInput: false));
        command.Subcommands.Add(Show("history", "The same with inputs and results", withInput: true));
        command.Subcommands.Add(Raise());
        command.Subcommands.Add(Order("terminate", "Ends an instance at once"));
        command.Subcommands.Add(Order("suspend", "Holds an instance back"));
        command.Subcommands.Add(Order("resume", "Lets a held one go on"));
        command.Subcommands.Add(Order("rewind", "Takes up a failed one where it failed"));
        command.Subcommands.Add(Order("restart", "Runs an ended one again under its id", "restartWithNewInstanceId=false"));
        command.Subcommands.Add(Purge());
        return command;
    }

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = $"Only these, parted by commas: {string.Join(", ", Statuses)}" };
        var prefix = new Option<string?>("--prefix") { Description = "Only ids that begin so" };
        var top = new Option<int>("--top") { Description = "How many", DefaultValueFactory = _ => 50 };
        status.Validators.Add(static result =>
        {
            foreach (var name in (result.GetValueOrDefault<string?>() ?? "").Split(',', StringSplitOptions.TrimEntries).Except(Statuses, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"'{name}' is no status; allowed: {string.Join(", ", Statuses)}.");
            }
        });
        top.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--top is too low; a whole number above 0 is required.");
            }
        });
        var command = new Command("list", "Instances, in no order") { status, prefix, top };
        command.SetAction((parsed, cancellation) => Run(parsed, async http =>
        {
            var query = string.Create(
                CultureInfo.InvariantCulture,
                $"instances?top={parsed.GetValue(top)}&showInput=false{Query("runtimeStatus", parsed.GetValue(status))}{Query("instanceIdPrefix", parsed.GetValue(prefix))}");
            var found = (JsonArray)(await Ask(http, HttpMethod.Get, query, null, cancellation))!;
            if (!Printed(parsed, found))
            {
                var table = new Table().AddColumns("instance", "orchestrator", "status", "begun", "last turn");
                foreach (var one in found)
                {
                    table.AddRow(Text(one, "instanceId"), Text(one, "name"), Text(one, "runtimeStatus"), Text(one, "createdTime"), Text(one, "lastUpdatedTime"));
                }

                AnsiConsole.Write(table);
                if (found.Count == parsed.GetValue(top))
                {
                    AnsiConsole.WriteLine($"No more than {found.Count} are shown; --top N shows N.");
                }
            }
        }));
        return command;
    }

    private static Command Show(string name, string description, bool withInput)
    {
        var id = Id();
        var command = new Command(name, description) { id };
        command.SetAction((parsed, cancellation) => Run(parsed, async http =>
        {
            var shown = await Ask(
                http, HttpMethod.Get, $"instances/{Uri.EscapeDataString(parsed.GetValue(id)!)}?showHistory=true&showHistoryOutput={Flag(withInput)}&showInput={Flag(withInput)}",
                null, cancellation);
            if (!Printed(parsed, shown))
            {
                AnsiConsole.Write(InstanceTimeline.Of(shown!));
            }
        }));
        return command;
    }

    private static Command Raise()
    {
        var id = Id();
        var name = new Argument<string>("event");
        var payload = new Argument<string?>("json") { Description = "The event's payload", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("raise", "Raises an event to an instance") { id, name, payload };
        command.SetAction((parsed, cancellation) => Run(parsed, http => Ask(
            http, HttpMethod.Post, $"instances/{Uri.EscapeDataString(parsed.GetValue(id)!)}/raiseEvent/{Uri.EscapeDataString(parsed.GetValue(name)!)}",
            parsed.GetValue(payload) ?? "null", cancellation)));
        return command;
    }

    private static Command Order(string verb, string description, string more = "")
    {
        var id = Id();
        var reason = new Option<string?>("--reason");
        var command = new Command(verb, description) { id, reason };
        command.SetAction((parsed, cancellation) => Run(parsed, http => Ask(
            http, HttpMethod.Post, $"instances/{Uri.EscapeDataString(parsed.GetValue(id)!)}/{verb}?{more}{Query("reason", parsed.GetValue(reason))}", null, cancellation)));
        return command;
    }

    private static Command Purge()
    {
        var id = Id();
        var command = new Command("purge", "Deletes an ended instance with its history") { id };
        command.SetAction((parsed, cancellation) => Run(parsed, http => Ask(
            http, HttpMethod.Delete, $"instances/{Uri.EscapeDataString(parsed.GetValue(id)!)}", null, cancellation)));
        return command;
    }

    private static Argument<string> Id() => new("instance") { Description = "The instance's id; of a case, the case's id" };

    private static async Task<int> Run(ParseResult parsed, Func<HttpClient, Task> act)
    {
        using var http = new HttpClient { BaseAddress = new Uri(parsed.GetValue(Host)!, $"{ManagementRoutes.Base.TrimStart('/')}/") };
        http.DefaultRequestHeaders.Add("x-functions-key", parsed.GetValue(Key));
        try
        {
            await act(http);
            return 0;
        }
        catch (HttpRequestException fault)
        {
            await Console.Error.WriteLineAsync(fault.StatusCode is null ? $"No host answers at {parsed.GetValue(Host)}: {fault.Message}" : fault.Message);
            return 1;
        }
    }

    private static async Task<JsonNode?> Ask(HttpClient http, HttpMethod method, string path, string? json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        return !response.IsSuccessStatusCode ? throw new HttpRequestException(Reason(text, isJson, response.StatusCode), null, response.StatusCode)
            : text.Length == 0 ? null
            : isJson ? JsonNode.Parse(text)
            : throw new HttpRequestException($"What answers at {http.BaseAddress} is no function host: {(int)response.StatusCode}, not JSON.", null, response.StatusCode);
    }

    /// <summary>The official API says why in several ways: an object with a message, a problem document, a JSON text, plain text, or not at all.</summary>
    private static string Reason(string text, bool isJson, HttpStatusCode status) =>
        (isJson ? JsonNode.Parse(text) : JsonValue.Create(text)) switch
        {
            JsonObject answer when (string?)(answer["Message"] ?? answer["message"] ?? answer["detail"] ?? answer["title"]) is { Length: > 0 } why => why,
            JsonValue words when words.GetValueKind() is JsonValueKind.String && words.GetValue<string>() is { Length: > 0 } why && !why.StartsWith('<') => why,
            _ => status is HttpStatusCode.NotFound ? "There is no such instance, or no function host at that address." : $"The host answered {(int)status}.",
        };

    private static bool Printed(ParseResult parsed, JsonNode? answer)
    {
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(answer?.ToJsonString(new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        }

        return parsed.GetValue(Json);
    }

    private static string Query(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Text(JsonNode? node, string name) => Markup.Escape(node?[name]?.ToString() ?? "");
}
