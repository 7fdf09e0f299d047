using System.Net;
using System.Text.Json;
using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class CallersNeedARole(StorageFixture storage)
{
    private static readonly Person[] Everybody = [Person.Agent, Person.Manager, Person.Operator, Person.Auditor];

    [Fact]
    public async Task Every_route_tells_its_roles_and_lets_in_nobody_else()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        using var stranger = new HttpClient { BaseAddress = story.Host.BaseAddress };
        var document = JsonDocument.Parse(await stranger.GetStringAsync("api/openapi.json")).RootElement;
        var routes = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (
            Path: path.Name.Replace("{id}", "pr-0000000000000000", StringComparison.Ordinal).Replace("{delivery}", "none", StringComparison.Ordinal),
            Method: new HttpMethod(operation.Name.ToUpperInvariant()),
            Rule: operation.Value.GetProperty("description").GetString()!))).ToList();
        Assert.True(routes.Count >= 30, $"{routes.Count} routes are described.");

        foreach (var (path, method, rule) in routes.Where(route => route.Rule.StartsWith("Roles: ", StringComparison.Ordinal)))
        {
            using var without = await stranger.SendAsync(new(method, $"api{path}"));
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (without.StatusCode, without.Headers.WwwAuthenticate.ToString()));
            foreach (var person in Everybody)
            {
                using var answer = await story.Desk.Send(method, $"api{path}", new { }, person);
                var isAllowed = rule.Contains(person.Roles, StringComparison.Ordinal);
                Assert.True(isAllowed == (answer.StatusCode is not HttpStatusCode.Forbidden), $"{method} {path} as {person.Roles}: {answer.StatusCode}; {rule}");
                Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            }
        }

        Assert.Equal(
            ["/crm/{source}", "/driver-outcomes", "/health/live", "/health/ready", "/openapi.json", "/sms-reports/{secret}"],
            routes.Where(route => !route.Rule.StartsWith("Roles: ", StringComparison.Ordinal)).Select(route => route.Path).Order());
    }

    [Fact]
    public async Task A_token_of_another_audience_an_expired_one_a_forged_one_and_one_that_names_nobody_are_refused()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await using var elsewhere = await LocalHost.Sandbox.SandboxServer.StartAsync(new());
        using var other = elsewhere.CreateClient();
        var good = await story.World.Token("manager-2", "manager");

        Assert.Equal(HttpStatusCode.OK, await List(good));
        Assert.Equal(HttpStatusCode.Unauthorized, await List(await story.World.Token("manager-2", "manager", audience: "another-app")));
        Assert.Equal(HttpStatusCode.Unauthorized, await List(await story.World.Token("manager-2", "manager", minutes: -10)));
        Assert.Equal(HttpStatusCode.Unauthorized, await List(await other.Token("manager-2", "manager")));
        Assert.Equal(HttpStatusCode.Unauthorized, await List(await story.World.Token("김 매니저", "manager")));
        Assert.Equal(HttpStatusCode.Unauthorized, await List(good[..good.LastIndexOf('.')] + "."));
        Assert.Equal(HttpStatusCode.Unauthorized, await List("not a token"));
        Assert.Equal(HttpStatusCode.Forbidden, await List(await story.World.Token("visitor-1", "visitor")));

        async Task<HttpStatusCode> List(string token)
        {
            using var http = new HttpClient { BaseAddress = story.Host.BaseAddress };
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            using var answer = await http.GetAsync("api/penalty-requests");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task An_outcome_that_the_driver_admin_did_not_sign_is_refused()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        var forged = await story.World.Conclude(new()
        {
            CaseId = request.CaseId,
            Kind = "warning",
            DecidedBy = "lead-3",
            ConcludedAt = Kst.Parse("2026-09-18 22:00 KST"),
            PushTo = new Uri(story.Host.BaseAddress, "api/driver-outcomes").AbsoluteUri,
            PushSecret = "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhlIGRyaXZlciBhZG1pbg==",
        });

        Assert.Equal(401, forged!.Status);
        Assert.Contains("signature_wrong", forged.Body, StringComparison.Ordinal);
        Assert.Equal("Unknown", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Agents_see_the_customer_masked_and_operators_and_auditors_see_none()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);

        var agents = (await story.Desk.Case(request.CaseId)).GetRawText();
        Assert.Contains("010-****-5678", agents, StringComparison.Ordinal);
        foreach (var person in Everybody)
        {
            var shown = (await story.Get($"api/penalty-requests/{request.Id}", person)).Body.GetRawText();
            Assert.Equal(person == Person.Agent || person == Person.Manager, shown.Contains("홍*동", StringComparison.Ordinal));
            foreach (var personal in new[] { "1234-5678", "12345678", "홍길동", "급정거" })
            {
                Assert.DoesNotContain(personal, shown, StringComparison.Ordinal);
            }
        }
    }
}
