import "./ui/base.css";
