using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Penalties.Blocking;
using Spectre.Console;

namespace LocalHost.Commands;

/// <summary>
/// Dead letters: what the app has kept of them, over the routes of a running host; and what lies in the queues' own dead-letter queues, read directly
/// with a connection string or, of a namespace, as the signed-in identity.
/// </summary>
internal static class DeadLettersCommand
{
    private const int MostPeeked = 250;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Option<Uri> Host = Address("--url", "Address of the running host", "http://127.0.0.1:7071/");
    private static readonly Option<Uri> Sandbox = Address("--sandbox", "Whose identity provider gives the token of an operator where --token is not given", $"http://127.0.0.1:{SandboxOptions.UsualPort}/");

    private static readonly Option<string?> Token = new("--token") { Description = "Bearer token of an operator", Recursive = true };

    public static Command Create()
    {
        var command = new Command("deadletters", "Messages of the app's queues that nobody could handle") { Host, Sandbox, Token };
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Replay());
        command.Subcommands.Add(Export());
        return command;
    }

    private static Command List()
    {
        var connection = new Option<string?>("--connection") { Description = "Connection string: reads the dead-letter queues themselves" };
        var space = new Option<string?>("--namespace") { Description = "Fully qualified namespace: the same, as the signed-in identity" };
        var all = new Option<bool>("--all") { Description = "Also those that were replayed" };
        var command = new Command("list", "What waits for somebody") { connection, space, all };
        command.SetAction((parsed, cancellation) => Run(parsed, async () =>
        {
            if ((parsed.GetValue(connection), parsed.GetValue(space)) is not (null, null) and var (text, name))
            {
                await using var client = text is not null ? new ServiceBusClient(text) : new ServiceBusClient(name, new DefaultAzureCredential());
                AnsiConsole.Write(await Peeked(client, cancellation));
                return;
            }

            using var http = await Connect(parsed, cancellation);
            var table = new Table().AddColumn(new TableColumn("id").NoWrap()).AddColumns("case", "reason", "taken", "replays");
            await foreach (var letter in Letters(http, parsed.GetValue(all) ? "" : "&replayed=false", cancellation))
            {
                table.AddRow(Text(letter, "id"), Text(letter, "caseId"), Text(letter, "reason"), Text(letter, "takenAt"), Text(letter, "replays"));
            }

            AnsiConsole.Write(table);
        }));
        return command;
    }

    private static Command Show()
    {
        var id = Id();
        var command = new Command("show", "One, with everything that is kept of it but an unreadable body") { id };
        command.SetAction((parsed, cancellation) => Run(parsed, async () =>
        {
            using var http = await Connect(parsed, cancellation);
            await foreach (var letter in Letters(http, "", cancellation))
            {
                if ((string?)letter["id"] == parsed.GetValue(id))
                {
                    Console.WriteLine(letter.ToJsonString(Readable));
                    return;
                }
            }

            throw new HostStartException($"There is no dead letter '{parsed.GetValue(id)}'; -- deadletters list --all shows those there are.");
        }));
        return command;
    }

    private static Command Replay()
    {
        var id = Id();
        var reason = new Option<string>("--reason") { Description = "Stands in the access log", Required = true };
        var send = new Option<bool>("--send") { Description = "Send it; without it is only told what would be sent" };
        var command = new Command("replay", "Sends one again, where its case still wants it") { id, reason, send };
        command.SetAction((parsed, cancellation) => Run(parsed, async () =>
        {
            using var http = await Connect(parsed, cancellation);
            var form = new { reason = parsed.GetValue(reason), dryRun = !parsed.GetValue(send) };
            using var content = JsonContent.Create(form);
            using var response = await http.PostAsync($"{Uri.EscapeDataString(parsed.GetValue(id)!)}/replay", content, cancellation);
            Console.WriteLine((await Answer(response, cancellation)).ToJsonString(Readable));
        }));
        return command;
    }

    private static Command Export()
    {
        var command = new Command("export", "All of them, a line of JSON each");
        command.SetAction((parsed, cancellation) => Run(parsed, async () =>
        {
            using var http = await Connect(parsed, cancellation);
            await foreach (var letter in Letters(http, "", cancellation))
            {
                Console.WriteLine(letter.ToJsonString(new JsonSerializerOptions(Readable) { WriteIndented = false }));
            }
        }));
        return command;
    }

    private static async Task<Table> Peeked(ServiceBusClient client, CancellationToken cancellation)
    {
        var table = new Table().AddColumns("queue", "number", "message", "case", "reason", "enqueued");
        foreach (var queue in new[] { BlockQueues.Commands, BlockQueues.Results })
        {
            await using var receiver = client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
            foreach (var message in await receiver.PeekMessagesAsync(MostPeeked, cancellationToken: cancellation))
            {
                string?[] cells = [queue, $"{message.SequenceNumber}", message.MessageId, message.CorrelationId, message.DeadLetterReason, $"{message.EnqueuedTime:u}"];
                table.AddRow([.. cells.Select(static cell => Markup.Escape(cell ?? ""))]);
            }
        }

        return table;
    }

    private static async IAsyncEnumerable<JsonNode> Letters(
        HttpClient http, string query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        string? continuation = null;
        do
        {
            var next = continuation is null ? "" : $"&continuation={Uri.EscapeDataString(continuation)}";
            using var response = await http.GetAsync($"?size=200{query}{next}", cancellation);
            var page = await Answer(response, cancellation);
            foreach (var letter in (JsonArray)page["letters"]!)
            {
                yield return letter!;
            }

            continuation = (string?)page["continuation"];
        }
        while (continuation is not null);
    }

    private static async Task<HttpClient> Connect(ParseResult parsed, CancellationToken cancellation)
    {
        var token = parsed.GetValue(Token);
        if (token is null)
        {
            using var sandbox = SandboxClient.At(parsed.GetValue(Sandbox)!);
            token = await sandbox.Token("operator-5", "operator", ct: cancellation);
        }

        var http = new HttpClient { BaseAddress = new Uri(parsed.GetValue(Host)!, "api/dead-letters/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private static async Task<JsonNode> Answer(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var answer = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" ? JsonNode.Parse(text) : null;
        return response.IsSuccessStatusCode && answer is not null ? answer
            : throw new HttpRequestException((string?)answer?["detail"] ?? (string?)answer?["title"] ?? $"The host answered {(int)response.StatusCode}.", null, response.StatusCode);
    }

    private static async Task<int> Run(ParseResult parsed, Func<Task> act)
    {
        try
        {
            await act();
            return 0;
        }
        catch (HttpRequestException fault)
        {
            await Console.Error.WriteLineAsync(fault.StatusCode is not null ? fault.Message
                : $"No host answers at {parsed.GetValue(Host)}, or no sandbox at {parsed.GetValue(Sandbox)}: {fault.Message}");
            return 1;
        }
        catch (ServiceBusException fault)
        {
            await Console.Error.WriteLineAsync($"The queues could not be read: {fault.Message}");
            return 1;
        }
    }

    private static Argument<string> Id() => new("id") { Description = "As list shows it" };

    private static Option<Uri> Address(string name, string description, string usual) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => new(usual),
        CustomParser = StartOptions.Address,
        Recursive = true,
    };

    private static string Text(JsonNode letter, string name) => Markup.Escape(letter[name]?.ToString() ?? "");
}
