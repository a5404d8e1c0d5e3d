// The style sheet and the script of a report's page. Constants, apart from the code that fills the
// page, so that each can be read by itself.
#pragma once

#include <string_view>

namespace sluice::gateway::stress {

inline constexpr std::string_view report_style = R"css(
:root{--page:#f7f7f5;--card:#fff;--text:#1d1f23;--soft:#5c616b;--grid:#e6e6e2;--axis:#a9adb5;
--edge:#e2e2dd;--good:#1a7f4b;--bad:#b3261e;
--c0:#2563c9;--c1:#0f8a7e;--c2:#b96a00;--c3:#b3261e;--c4:#7b8190}
@media (prefers-color-scheme:dark){:root{--page:#131519;--card:#1b1e24;
--text:#e7e9ed;--soft:#a0a6b1;--grid:#2a2e36;--axis:#5b616d;--edge:#2a2e36;
--good:#5cc88f;--bad:#ff8a80;
--c0:#7aabff;--c1:#4fd0c0;--c2:#f0b354;--c3:#ff8a80;--c4:#8d94a3}}
*{box-sizing:border-box}
body{margin:0 auto;padding:28px 24px 48px;max-width:1360px;background:var(--page);color:var(--text);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:24px;margin:0;font-weight:650}
header p{margin:2px 0 20px;color:var(--soft);overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:12px}
.tile{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:10px 14px}
.tile span{display:block;color:var(--soft);font-size:13px}
.tile strong{font-size:21px;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.tile.good strong{color:var(--good)}.tile.bad strong{color:var(--bad)}
.findings{list-style:none;margin:18px 0;padding:0}
.findings li{padding:2px 0 2px 22px;position:relative}
.findings li::before{content:"\2022";position:absolute;left:6px;color:var(--soft)}
.findings .good::before{content:"\2713";color:var(--good);left:2px}
.findings .bad::before{content:"\2717";color:var(--bad);left:2px}
.findings .bad{color:var(--bad)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:16px}
figure{margin:0;background:var(--card);border:1px solid var(--edge);border-radius:8px;
padding:12px 14px 6px;min-width:0}
figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 10px}
figcaption small{color:var(--soft);font-size:13px}
.legend{margin-left:auto;display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;color:var(--soft)}
.key i{display:inline-block;width:16px;height:0;border-top:3px solid;margin-right:6px;
vertical-align:middle}
.key i.dashed{border-top-style:dashed}
.key .s0{border-color:var(--c0)}.key .s1{border-color:var(--c1)}.key .s2{border-color:var(--c2)}
.key .s3{border-color:var(--c3)}.key .s4{border-color:var(--c4)}
svg{display:block;width:100%;height:auto;margin-top:6px}
.empty{color:var(--soft);text-align:center;padding:60px 0}
.grid{stroke:var(--grid);stroke-width:1}.axis{stroke:var(--axis);stroke-width:1}
.tick,.label{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.line.dashed{stroke-dasharray:5 5;stroke-linecap:butt}
.line.s0{stroke:var(--c0)}.line.s1{stroke:var(--c1)}.line.s2{stroke:var(--c2)}
.line.s3{stroke:var(--c3)}.line.s4{stroke:var(--c4)}
.area{stroke:none;opacity:.16}
.area.s0{fill:var(--c0)}.area.s1{fill:var(--c1)}.area.s2{fill:var(--c2)}.area.s3{fill:var(--c3)}
.cursor{stroke:var(--axis);stroke-width:1;visibility:hidden}
.tables{display:flex;flex-wrap:wrap;gap:16px;align-content:flex-start;align-items:flex-start;
overflow-x:auto}
table{border-collapse:collapse;background:var(--card);
border:1px solid var(--edge);border-radius:8px;
font-variant-numeric:tabular-nums;overflow:hidden}
th,td{padding:5px 12px;font-size:14px;text-align:right;border-top:1px solid var(--edge)}
thead th{border-top:0;color:var(--soft);font-weight:500}
th:first-child{text-align:left;font-weight:500}
#tip{position:fixed;pointer-events:none;background:var(--card);color:var(--text);z-index:2;
border:1px solid var(--axis);border-radius:6px;padding:6px 10px;font-size:13px;
font-variant-numeric:tabular-nums;box-shadow:0 2px 8px rgba(0,0,0,.2)}
)css";

inline constexpr std::string_view report_script = R"js(
(function(){
var tip=document.getElementById("tip");
function nearest(points,place){
  var best=null,gap=Infinity;
  points.forEach(function(p){var d=Math.abs(p[2]-place);if(d<gap){gap=d;best=p;}});
  return best;
}
document.querySelectorAll("svg[data-values]").forEach(function(svg){
  var series=JSON.parse(svg.dataset.values),cursor=svg.querySelector(".cursor");
  svg.addEventListener("pointermove",function(event){
    var box=svg.getBoundingClientRect();
    var place=(event.clientX-box.left)*svg.viewBox.baseVal.width/box.width;
    tip.textContent="";
    var at=null;
    series.forEach(function(one){
      var p=nearest(one.p,place);
      if(!p)return;
      at=p[2];
      var row=document.createElement("div");
      row.textContent=one.n+": "+p[1].toLocaleString();
      tip.appendChild(row);
    });
    if(at===null)return;
    cursor.setAttribute("x1",at);cursor.setAttribute("x2",at);
    cursor.style.visibility="visible";
    tip.hidden=false;
    var x=event.clientX+14;
    if(x+tip.offsetWidth>window.innerWidth)x=event.clientX-14-tip.offsetWidth;
    tip.style.left=x+"px";tip.style.top=(event.clientY+14)+"px";
  });
  svg.addEventListener("pointerleave",function(){
    tip.hidden=true;cursor.style.visibility="hidden";
  });
});
document.documentElement.dataset.ready="1";
})();
)js";

} // namespace sluice::gateway::stress
