using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Forgeries;

/// <summary>
/// What somebody can do who does not use the page but what is behind it: messages over the page's own connection, made by hand, and a
/// circuit that is begun with the page of somebody else. What is sent by hand stands in the log as a fault of the page, so no other test
/// shares that server.
/// </summary>
public sealed class ForgedEventTests
{
    // More than any page has handlers while these tests look at it.
    private const int Handlers = 1_500;

    // Keeps what the page sends, and sends the same again as the event of any other handler: a SignalR message with a length before it,
    // in which a MessagePack string holds the event as JSON.
    private const string Wiretap =
        """
        (() => {
          const send = WebSocket.prototype.send;
          let socket = null, last = null;
          const text = (bytes) => String.fromCharCode(...bytes);
          WebSocket.prototype.send = function (data) {
            const bytes = typeof data === "string" ? null : new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
            if (bytes && text(bytes).includes('"eventName":"click"')) [socket, last] = [this, bytes.slice()];
            return send.call(this, data);
          };
          window.hasTapped = () => last !== null;
          window.forge = (handler) => {
            let start = 0;
            while (last[start] & 0x80) start++;
            const body = last.slice(start + 1), words = text(body);
            const at = words.indexOf('[{"eventHandlerId"');
            const [head, length] = body[at - 3] === 0xda ? [at - 3, body[at - 2] * 256 + body[at - 1]] : [at - 2, body[at - 1]];
            const json = words.slice(at, at + length).replace(/"eventHandlerId":\d+/, `"eventHandlerId":${handler}`);
            const forged = [...body.slice(0, head), 0xda, json.length >> 8, json.length & 255, ...[...json].map((c) => c.charCodeAt(0)), ...body.slice(at + length)];
            const prefix = [];
            for (let left = forged.length; ; left >>= 7) {
              if (left < 0x80) { prefix.push(left); break; }
              prefix.push((left & 0x7f) | 0x80);
            }
            send.call(socket, new Uint8Array([...prefix, ...forged]));
          };
        })();
        """;

    [Fact]
    public async Task A_viewer_who_sends_the_events_of_every_handler_there_could_be_changes_nothing()
    {
        await using var world = await BoardVisit.StartAloneAsync();
        var id = await world.NewMonitorAsync("Nightly backup");

        // That the forgery works is seen at the owner, whose page has the buttons.
        var owner = world.Page;
        await owner.AddInitScriptAsync(Wiretap);
        await TapAsync(world.Visit, owner, id);
        await ForgeAllAsync(owner);
        await Assertions.Expect(owner.GetByRole(AriaRole.Dialog).First).ToBeVisibleAsync();

        var before = await world.MonitorsAsync();
        var viewer = await ViewerAsync(world);
        await viewer.AddInitScriptAsync(Wiretap);
        await TapAsync(world.Visit, viewer, id);
        await ForgeAllAsync(viewer);
        // Whatever was sent is answered by the time that an honest question is.
        await viewer.GotoAsync($"/monitors/{id}");
        await world.Visit.LiveAsync(viewer);
        await Assertions.Expect(viewer.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.Equal(before.GetRawText(), (await world.MonitorsAsync()).GetRawText());
    }

    [Fact]
    public async Task A_circuit_that_begins_with_the_owners_page_is_the_viewers_all_the_same()
    {
        await using var world = await BoardVisit.StartAsync();
        var id = await world.NewMonitorAsync("Nightly backup");
        var html = await (await world.Visit.Context.APIRequest.GetAsync($"{world.Visit.Server.Address}monitors/{id}")).TextAsync();
        Assert.Contains(">Pause<", html, StringComparison.Ordinal);

        var viewer = await ViewerAsync(world);
        await GiveAsync(viewer, $"**/monitors/{id}", html);
        await viewer.GotoAsync($"/monitors/{id}");
        await world.Visit.LiveAsync(viewer);
        await Assertions.Expect(viewer.Locator(".who-role")).ToContainTextAsync("viewer");
        await Assertions.Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToHaveCountAsync(0);

        // Without a session, and with that of another organization.
        var nobody = await world.Visit.NewBrowserAsync();
        await GiveAsync(nobody, $"**/monitors/{id}", html);
        await nobody.GotoAsync($"/monitors/{id}");
        await Assertions.Expect(nobody.GetByText("No organization")).ToBeVisibleAsync();
        await Assertions.Expect(nobody.GetByText("Nightly backup")).ToHaveCountAsync(0);
        await Assertions.Expect(nobody.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToHaveCountAsync(0);

        await using var others = await Visit.StartSharedAsync();
        await GiveAsync(others.Page, $"**/monitors/{id}", html);
        await others.Page.GotoAsync($"/monitors/{id}");
        await others.LiveAsync();
        await Assertions.Expect(others.Page.GetByText("No such monitor")).ToBeVisibleAsync();
        await Assertions.Expect(others.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Programs_find_nothing_to_call_but_events()
    {
        await using var visit = await Visit.StartSignedInAsync();
        await visit.OpenAsync("/monitors");
        foreach (var method in new[] { "DeleteAsync", "CreateAsync", "PauseAsync" })
        {
            var answer = await visit.Page.EvaluateAsync<string>(
                "method => DotNet.invokeMethodAsync('Exemplar.Server', method).then(() => 'called', error => String(error))", method);
            Assert.StartsWith("Error: There was an exception invoking", answer, StringComparison.Ordinal);
        }
    }

    private static async Task<IPage> ViewerAsync(BoardVisit world)
    {
        var email = $"viewer-{Guid.NewGuid():N}@example.org";
        await Database.CopyAccountAsync(world.Visit.Server, email, world.Visit.Organization, role: 0);
        var page = await world.Visit.NewBrowserAsync();
        await Visit.SignInAsync(page, email, Visit.Password);
        await page.ArriveAsync("**/monitors");
        return page;
    }

    private static async Task GiveAsync(IPage page, string address, string html) =>
        await page.RouteAsync(address, route => route.FulfillAsync(new() { ContentType = "text/html; charset=utf-8", Body = html }), new() { Times = 1 });

    // A click that everybody may make, so that there is a message to forge.
    private static async Task TapAsync(Visit visit, IPage page, string id)
    {
        await page.GotoAsync($"/monitors/{id}");
        await visit.LiveAsync(page);
        await page.Locator("details.more > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Python", Exact = true }).ClickAsync();
        await page.Locator("pre[aria-label=Python]").WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => hasTapped()"));
    }

    private static async Task ForgeAllAsync(IPage page) =>
        await page.EvaluateAsync("async (most) => { for (let id = 1; id <= most; id++) { forge(id); if (id % 100 === 0) await new Promise((then) => setTimeout(then, 20)); } }", Handlers);
}
