using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>Who speaks with customers cannot let slip which penalty was given, or who gave it: no route shows it to an agent.</summary>
[Trait("Behaviour", "S5")]
[Trait("Behaviour", "S24")]
[Collection(OnAzurite.Name)]
public sealed class OutcomeStaysWithManagers(StorageFixture storage)
{
    private static readonly string[] Kinds = ["monitoring", "re-education", "warning", "dispatch-restriction", "app-suspension", "no-violation"];

    /// <summary>Every outcome there is, as it is written in contracts, in code and at the centre.</summary>
    private static readonly string[] Outcomes =
    [
        .. Kinds, .. Enum.GetNames<Penalties.Rules.OutcomeKind>(), "모니터링", "재교육", "경고", "배차 제한", "앱 정지", "정지 처리", "위반 없음", "혐의 없음",
    ];

    private static readonly Person Granting = new("manager-7", "manager");

    private static readonly string[] Deciders = ["lead-3", "lead-4", Granting.Id];

    [Theory]
    [InlineData("monitoring", "warning")]
    [InlineData("re-education", "dispatch-restriction")]
    [InlineData("warning", "app-suspension")]
    [InlineData("no-violation", "re-education")]
    public async Task No_route_tells_an_agent_which_it_is_or_who_decided(string kind, string corrected)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest with { Supervisor = "true" });
        var routes = await RoutesOfAgents(story);
        await story.AdvanceTo("2026-09-19 10:00 KST");
        Assert.Equal(("Unknown", null), await OutcomeFor(story, request, Person.Agent));

        await story.Concludes(request, kind, at: "2026-09-19 10:00 KST");
        await ShowNothing(story, request, routes, "GET");
        Assert.Equal(("Concluded", null), await OutcomeFor(story, request, Person.Agent));
        Assert.Equal(("Concluded", kind), await OutcomeFor(story, request, Person.Manager));

        // Corrected, appealed against, overturned; sent or, where it proves nothing, with a manager.
        await story.AdvanceTo("2026-09-19 11:00 KST");
        await story.Concludes(request, corrected, at: "2026-09-19 11:00 KST", by: "lead-4");
        await Managed(story, request, "appeal", new { appeal = "filed", reason = "신호를 지켰다고 함" });
        Assert.Equal(("Unknown", null), await OutcomeFor(story, request, Person.Agent));
        await ShowNothing(story, request, routes, "GET");
        await story.AdvanceTo("2026-09-19 12:00 KST");
        await Managed(story, request, "appeal", new { appeal = "granted", reason = "영상 확인", kind }, Granting);
        await story.AdvanceTo("2026-09-22 12:00 KST");
        await ShowNothing(story, request, routes, "GET");
        Assert.Equal(("Concluded", null), await OutcomeFor(story, request, Person.Agent));
        Assert.Equal(("Overturned", kind), await OutcomeFor(story, request, Person.Manager));

        // Whatever an agent may do answers nothing of it either.
        await ShowNothing(story, request, routes, "POST");
        await ShowNothing(story, request, routes, "GET");
        Assert.DoesNotContain(
            (await story.Received(request)).NoteLines.Concat((await story.Received(request)).Board.Select(post => post.Text)),
            line => Tells(line, [.. Outcomes, .. Deciders]));
    }

    [Fact]
    public async Task Managers_and_auditors_read_what_was_decided_and_by_whom_and_an_operator_only_that_it_was()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await Managed(story, request, "outcome", new { kind = "app-suspension", concludedAt = "2026-09-18T22:30:00+09:00", decidedBy = "lead-5" });

        foreach (var (person, isTold) in new[] { (Person.Manager, true), (Person.Auditor, true), (Person.Agent, false), (Person.Operator, false) })
        {
            var timeline = (await story.Get($"api/penalty-requests/{request.Id}/timeline", person)).Body.EnumerateArray();
            var entries = timeline.Where(entry => entry.GetProperty("what").GetString()!.StartsWith("기사 조치 결과", StringComparison.Ordinal)).ToList();
            string?[] what = isTold ? ["기사 조치 결과: warning (lead-3)", "기사 조치 결과 정정: app-suspension (lead-5)"] : ["기사 조치 결과 결정", "기사 조치 결과 정정"];
            string?[] by = isTold ? ["lead-3", "manager-2"] : [null, null];
            Assert.Equal(what, entries.Select(entry => entry.GetProperty("what").GetString()));
            Assert.Equal(by, entries.Select(entry => entry.GetProperty("by").GetString()));
            Assert.Equal(("Concluded", isTold ? "app-suspension" : null), await OutcomeFor(story, request, person));
        }
    }

    private static async Task<(string?, string?)> OutcomeFor(Story story, Filed request, Person person)
    {
        var facets = (await story.Get($"api/penalty-requests/{request.Id}", person)).Body.GetProperty("facets");
        return (facets.GetProperty("outcome").GetString(), facets.GetProperty("outcomeKind").GetString());
    }

    private static async Task Managed(Story story, Filed request, string what, object form, Person? by = null) =>
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/{what}", form, by)).Status);

    /// <summary>Every route whose rule names agents, with the body its description gives as an example.</summary>
    private static async Task<IReadOnlyList<Route>> RoutesOfAgents(Story story)
    {
        using var stranger = new HttpClient { BaseAddress = story.Host.BaseAddress };
        var document = JsonNode.Parse(await stranger.GetStringAsync("api/openapi.json"))!;
        var routes = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Path: path.Key, Method: operation.Key.ToUpperInvariant(), What: operation.Value!)))
            .Where(one => $"{one.What["description"]}" is var rule && rule.StartsWith("Roles: ", StringComparison.Ordinal) && rule.Contains("agent", StringComparison.Ordinal))
            .Select(one => new Route(one.Method, one.Path, one.What["requestBody"]?["content"]?["application/json"]?["example"]))
            .Append(new("GET", "/penalty-requests?driver=D-1029", Example: null))
            .ToList();
        Assert.True(routes.Count(route => route.Method == "GET") >= 8 && routes.Count(route => route.Method == "POST") >= 7, string.Join(", ", routes));
        return routes;
    }

    private static async Task ShowNothing(Story story, Filed request, IEnumerable<Route> routes, string method)
    {
        foreach (var route in routes.Where(route => route.Method == method))
        {
            var path = route.Path.Replace("{id}", route.Path.StartsWith("/callbacks", StringComparison.Ordinal) ? story.CallbackOf(request) : request.Id, StringComparison.Ordinal);
            using var answer = await story.Desk.Send(new(method), $"api{path}", BodyFor(route, request), Person.Agent);
            await story.WhenIdle();
            var text = await answer.Content.ReadAsStringAsync();

            // What the state refuses is looked at as well; a route that was not reached would show nothing.
            Assert.True((int)answer.StatusCode is 200 or 202 || ((int)answer.StatusCode == 409 && method == "POST"), $"{method} {path}: {answer.StatusCode} {text}");
            // Guidance names measures as the script does: of drivers at large.
            var isAboutNobody = route.Path is "/guidance" or "/penalty-requests/{id}/guidance" or "/sms";
            string[] secrets = isAboutNobody ? [.. Kinds, .. Deciders] : [.. Outcomes, .. Deciders];
            Assert.All(Values(JsonDocument.Parse(text).RootElement), value => Assert.False(Tells(value, secrets), $"{method} {path} tells an agent '{value}'."));
        }
    }

    /// <summary>The example, but of this customer, and with a contact of its own.</summary>
    private static JsonNode? BodyFor(Route route, Filed request)
    {
        var body = route.Example?.DeepClone();
        if (route.Path == "/re-contacts")
        {
            body!["customerId"] = request.Body.CustomerId;
            body["driverId"] = request.Body.DriverId;
            body["rideId"] = request.Body.RideId;
        }

        return body;
    }

    private static IEnumerable<string> Values(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Values(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Values),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    private static bool Tells(string text, IEnumerable<string> secrets) =>
        secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private sealed record Route(string Method, string Path, JsonNode? Example)
    {
        public override string ToString() => $"{Method} {Path}";
    }
}
